import type { Id } from "../kit/index.ts";
import type { View } from "../store/contract.ts";
import type { Actor } from "./actor.ts";
import type { People } from "./people-contract.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** What the head of a request says of who calls; the shape that the edge hands over. */
export interface Credentials {
  readonly apikey: string | undefined;
  readonly bearer: string | undefined;
  readonly browser: boolean;
  readonly address: string;
}

/** One call, as far as identity needs to know of it. */
export interface Visit {
  /** The quotable id of the request. */
  readonly request: string;
  readonly address: string;
  readonly agent: string | undefined;
  /** All conditions of the loopback privileges hold. */
  readonly loopback: boolean;
  /** In which language letters are written; the plan's where the caller does not say. */
  readonly language?: Language | undefined;
  /** Where the caller asks the links of letters to lead; only a page of the plan is taken. */
  readonly page?: string | undefined;
  readonly actor: Actor;
  /** The caller as of this snapshot; faults when the session has ended meanwhile. */
  actorIn(view: View): Promise<Actor>;
}

export interface Factor {
  readonly id: Id;
  readonly status: "verified" | "unverified";
  readonly name: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** An account as it is shown to itself and to keys of scope accounts:write. Times are ms since 1970. */
export interface Account {
  readonly id: Id;
  /** Null for an account that is deleted. */
  readonly address: string | null;
  /** Asked for just now, and waiting to be confirmed from both sides. */
  readonly wantedAddress?: string;
  readonly confirmedAt: number | null;
  readonly invitedAt: number | null;
  readonly lastSignInAt: number | null;
  readonly bannedUntil: number | null;
  readonly deletedAt: number | null;
  readonly roles: readonly string[];
  readonly tenant: Id | null;
  readonly userMetadata: JsonObject;
  readonly appMetadata: JsonObject;
  readonly factors: readonly Factor[];
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A session's two tokens, shown to its owner and kept nowhere. */
export interface Issued {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: number;
  readonly lifetimeMs: number;
  readonly aal: 1 | 2;
  readonly account: Account;
  /** Where the first factor was verified just now: shown this once. */
  readonly recoveryCodes?: readonly string[];
}

export type SignedUp =
  | { readonly outcome: "issued"; readonly issued: Issued }
  /** A code was sent, or not: the answer is the same, and the id is nobody's. */
  | { readonly outcome: "pending"; readonly address: string; readonly id: Id; readonly at: number; readonly metadata: JsonObject };

export type Language = "en" | "ko";

export type CodePurpose = "signup" | "invite" | "recovery" | "otp" | "email_change";

/** What redeems a one-time code: the short code with the address that it was sent to, or the long one of a link. */
export type Redemption =
  | { readonly by: "code"; readonly purpose: RedeemedAs; readonly address: string; readonly code: string }
  | { readonly by: "link"; readonly purpose: RedeemedAs; readonly link: string };

/** `email` is what clients say for a code that was sent to sign in, also where it confirms a sign-up. */
export type RedeemedAs = "signup" | "invite" | "recovery" | "otp" | "email";

/** A code that somebody asks for who may or may not have an account. */
export type CodeWish =
  | { readonly purpose: "signup" | "recovery"; readonly address: string }
  /** `create`: an address without an account gets one, where sign-up is open. */
  | { readonly purpose: "otp"; readonly address: string; readonly create: boolean; readonly metadata: JsonObject };

/** What redeems one side of a change of address. */
export type AddressProof =
  | { readonly by: "code"; readonly address: string; readonly code: string }
  | { readonly by: "link"; readonly link: string };

export interface Letter {
  readonly to: string;
  readonly account: Id;
  readonly purpose:
    | CodePurpose
    | "already-registered"
    | "password-changed"
    | "factors-changed"
    | "address-changed"
    | "address-taken"
    | "new-device"
    | "recovery-code-used"
    | "factor-reset"
    | "account-leaving"
    | "account-stays";
  /** Undefined, like `link`, `url` and `until`, where the letter only tells. */
  readonly code: string | undefined;
  readonly link: string | undefined;
  /** Where the letter's link leads, with the long code behind "#". */
  readonly url: string | undefined;
  readonly at: number;
  /** When the codes end. */
  readonly until: number | undefined;
  readonly language: Language;
  /** What kind of program signed in, in words of ours: never what it said of itself. */
  readonly device: string | undefined;
}

export interface Enrolment {
  readonly factor: Factor;
  /** Base32; shown once. */
  readonly secret: string;
  readonly uri: string;
  /** An SVG document. */
  readonly picture: string;
}

export interface Challenge {
  readonly id: Id;
  readonly expiresAt: number;
}

export interface OwnChange {
  readonly password?: string;
  readonly currentPassword?: string;
  readonly userMetadata?: JsonObject;
  readonly address?: string;
}

export interface AdminChange {
  readonly address?: string;
  readonly confirm?: boolean;
  readonly password?: string;
  readonly userMetadata?: JsonObject;
  /** `roles` and `tenant` inside it are checked and kept apart; the rest is merged. */
  readonly appMetadata?: JsonObject;
  /** Null lifts a ban. */
  readonly banMs?: number | null;
}

export interface AccountPage {
  readonly accounts: readonly Account[];
  readonly total: number;
}

export interface HandedCode {
  readonly account: Account;
  readonly code: string;
  readonly link: string;
  /** The page that asks, with the link behind "#". */
  readonly url: string;
}

export interface NewKey {
  readonly scopes: readonly string[];
  /** How long it lives; at most a year. */
  readonly lifetimeMs: number;
  /** CIDR; empty for everywhere. */
  readonly networks: readonly string[];
}

export interface CreatedKey {
  readonly id: string;
  /** Shown once. */
  readonly secretKey: string;
  readonly expiresAt: number;
}

export interface KeyInfo {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly networks: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

export interface OperatorCode {
  /** 160 bits, in groups; shown once. */
  readonly code: string;
  readonly expiresAt: number;
}

export interface Factors {
  enrol(visit: Visit, asked: { readonly name: string; readonly issuer: string | undefined }): Promise<Enrolment>;
  challenge(visit: Visit, factor: Id): Promise<Challenge>;
  /** Raises the session, in the commit that uses the code up. */
  verify(visit: Visit, factor: Id, given: { readonly challenge: Id; readonly code: string }): Promise<Issued>;
  remove(visit: Visit, factor: Id): Promise<void>;
}

/** For secret keys of scope accounts:write. The routes see to the scope. */
export interface Admin {
  list(view: View, page: { readonly number: number; readonly size: number }): Promise<AccountPage>;
  get(view: View, id: Id): Promise<Account>;
  create(visit: Visit, asked: AdminChange & { readonly address: string; readonly id?: Id }): Promise<Account>;
  change(visit: Visit, id: Id, change: AdminChange): Promise<Account>;
  /** Sessions end at once; what is left of the account is erased after the plan's grace. */
  remove(visit: Visit, id: Id): Promise<void>;
  /** A verified factor is taken for lost: all of them go, after the plan's delay. `dueAt` is null for what is gone already. */
  removeFactor(visit: Visit, id: Id, factor: Id): Promise<Factor & { readonly dueAt: number | null }>;
  /** Sends an invitation; the account is made where there is none. */
  invite(visit: Visit, asked: { readonly address: string; readonly userMetadata: JsonObject }): Promise<Account>;
  /** Makes a code that an administrator hands over in person: an invitation (the account is made) or a recovery. */
  handOver(
    visit: Visit,
    asked: { readonly purpose: "invite" | "recovery"; readonly address: string; readonly userMetadata: JsonObject },
  ): Promise<HandedCode>;
}

export interface Keys {
  create(asked: NewKey): Promise<CreatedKey>;
  list(): Promise<readonly KeyInfo[]>;
  /** Acts on the next request; false when there is no such key. */
  revoke(id: string): Promise<boolean>;
}

export interface Operators {
  exists(): Promise<boolean>;
  /** A fresh code; earlier ones of the same reach are void. `loopback` codes are redeemed with loopback privileges only. */
  code(reach: "loopback" | "anywhere"): Promise<OperatorCode>;
  /** Makes the account (or takes the one whose password this is) and gives it its house role: the first is the owner. */
  redeem(visit: Visit, given: { readonly code: string; readonly address: string; readonly password: string }): Promise<Account>;
}

export interface Identity extends AsyncDisposable {
  readonly publishableKey: string;
  /** Two point reads for an account, one for a key. Faults for whatever is presented and not right. */
  whoIs(credentials: Credentials, view: View): Promise<Actor>;
  signUp(visit: Visit, given: { readonly address: string; readonly password: string; readonly metadata: JsonObject }): Promise<SignedUp>;
  signIn(visit: Visit, given: { readonly address: string; readonly password: string }): Promise<Issued>;
  refresh(visit: Visit, token: string): Promise<Issued>;
  signOut(visit: Visit, scope: "global" | "local" | "others"): Promise<void>;
  redeem(visit: Visit, given: Redemption): Promise<Issued>;
  /** Sends a code, or not: never tells which. */
  sendCode(visit: Visit, wish: CodeWish): Promise<void>;
  /** Confirms one side of a change of address; it is changed when both have. */
  confirmAddress(visit: Visit, proof: AddressProof): Promise<"waiting" | "changed">;
  /** Sends the codes of a waiting change of address again, or not: never tells which. */
  resendAddressChange(visit: Visit, address: string): Promise<void>;
  own(view: View, actor: Actor): Promise<Account>;
  /** A new address is asked for and not yet changed: both must confirm it. */
  change(visit: Visit, change: OwnChange): Promise<Account>;
  readonly factors: Factors;
  /** Departures, lost factors and exports; loaded at the first call. */
  people(): Promise<People>;
  readonly admin: Admin;
  readonly keys: Keys;
  readonly operators: Operators;
  /** For the firewall: what was given as an account name, as a MAC in hex. */
  identifierOf(address: string): string;
  /** Whether sign-up gives a session without a confirmed address, and whether it is offered at all. */
  signUpFor(visit: Visit): "immediate" | "confirmed" | "disabled" | "closed";
  /** The letters of the development mailbox, newest last; faults without loopback privileges. */
  letters(visit: Visit): readonly Letter[];
  /** Ends every session and voids every code, for a restore. Returns how many sessions. */
  endEverything(): Promise<number>;
  /** Deletes what has expired: now and then, beside the requests. */
  sweep(): Promise<void>;
  /** Loads the word lists for passwords ahead of the first sign-up. */
  warm(): Promise<void>;
}
