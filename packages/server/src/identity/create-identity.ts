import type { Clock, Tallies } from "../kit/index.ts";
import { EVERY_ROW } from "../model/filter.ts";
import type { Plan } from "../model/plan.ts";
import type { MigrationReport, Store } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { beginAddressChange, createAddressChange } from "./address-change.ts";
import { ADDRESS_CHANGES } from "./address-change-rows.ts";
import { createAdmin } from "./admin.ts";
import { bytesOf, createCells, micros } from "./cells.ts";
import type { Identity, Visit } from "./contract.ts";
import type { Core } from "./core.ts";
import { createFactors } from "./factors.ts";
import { KEY_SECRET_BYTES, writeKey } from "./key-text.ts";
import { createKeys } from "./keys.ts";
import { createLetters } from "./letters.ts";
import { createMailbox, type Mailbox, type Outbox } from "./mailbox.ts";
import { createOneTimeCodes, EVERY_CODE } from "./one-time-codes.ts";
import { createOperators } from "./operators.ts";
import { createOwn, type Needs as OwnNeeds } from "./own.ts";
import { createPasswordPolicy, type PasswordPolicy } from "./passwords/policy.ts";
import { createRedeem } from "./redeem.ts";
import { clearSessions, createSeen, SESSIONS } from "./session-rows.ts";
import { createSessions } from "./sessions.ts";
import { createSignIn, identifierOf } from "./sign-in.ts";
import { createSignUp } from "./sign-up.ts";
import { createTurns } from "./turns.ts";
import { createWhoIs } from "./who-is.ts";

export interface IdentityNeeds {
  readonly store: Store;
  readonly report: MigrationReport;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly trail: Pick<Trail, "entry" | "note">;
  /** Where clients reach this server, for the `iss` of tokens: asked late, since the port may be chosen at listening. */
  readonly url: () => string;
  /** With loopback privileges sign-up needs no confirmation unless this says always; with an outbox it always does. */
  readonly confirmation?: "always" | "unlessLoopback";
  /** Where letters go on visits with loopback privileges, when there is no outbox. */
  readonly mailbox?: Mailbox;
  /** Where a mail server is set: letters of all visits. */
  readonly outbox?: Outbox;
  readonly policy?: PasswordPolicy;
  /** Where tokens with a signature that is not ours are counted. */
  readonly tallies?: Pick<Tallies, "forgedTokens">;
}

/** Accounts, passwords, factors, sessions and client keys. */
export async function createIdentity(needs: IdentityNeeds): Promise<Identity> {
  const { store, vault, clock, plan, trail, url, mailbox = createMailbox() } = needs;
  const outbox = needs.outbox ?? mailbox;
  // Who sends mail asks for a confirmed address of everybody; loopback is let off only where nothing can be sent.
  const confirmation = needs.confirmation ?? (needs.outbox === undefined ? "unlessLoopback" : "always");
  const policy = needs.policy ?? createPasswordPolicy({ appName: plan.name, secondFactor: plan.accounts.secondFactor });
  const core: Core = { store, vault, clock, plan, trail, cells: createCells(needs), turns: createTurns(), letters: createLetters(needs) };
  const tokens = createAccessTokens({
    vault,
    clock,
    issuer: () => `${url()}/auth/v1`,
    lifetimeMs: plan.accounts.accessTokenMs,
    forged: () => needs.tallies?.forgedTokens.add("", 1),
  });
  const seen = createSeen((step) => store.commit({ steps: [step] }), clock.now);
  const mayBeUnconfirmed = (visit: Visit): boolean => visit.loopback && needs.outbox === undefined;
  const sessions = createSessions({ core, tokens, outbox, mayBeUnconfirmed });
  const codes = createOneTimeCodes(core);
  const publishableKey = writeKey({ kind: "publishable", id: vault.appId, rest: await publishableRest(store, vault) }, vault.sha256);

  const whoIs = createWhoIs({ vault, clock, plan, tokens, seen, publishableKey });
  const signUp = createSignUp({ core, sessions, codes, outbox, policy, confirmation });
  const mayCreate = (visit: Visit): boolean => ["immediate", "confirmed"].includes(signUp.signUpFor(visit));
  const sending = { core, sessions, codes, outbox, mayCreate };
  const askForAddress: OwnNeeds["askForAddress"] = (...given) => beginAddressChange(sending, ...given);
  const own = createOwn({ core, sessions, policy, outbox, askForAddress });
  const admin = createAdmin({ core, sessions, codes, policy, outbox });
  return {
    publishableKey,
    whoIs: (credentials, view) => whoIs(credentials, store.within(view)),
    ...signUp,
    signIn: createSignIn(core, sessions),
    refresh: sessions.refresh,
    ...createRedeem(sending),
    ...createAddressChange(sending),
    ...own,
    own: (view, actor) => own.own(store.within(view), actor),
    factors: createFactors({ core, sessions, outbox }),
    people: async () => (await import("./people.ts")).createPeople({ core, sessions, outbox }),
    admin: {
      ...admin,
      list: (view, page) => admin.list(store.within(view), page),
      get: (view, id) => admin.get(store.within(view), id),
    },
    keys: createKeys(core),
    operators: createOperators({ core, codes, policy }),
    identifierOf: (address) => identifierOf(vault, address),
    letters: mailbox.read,
    endEverything: () => endEverything(store),
    sweep: () => sweep(core),
    warm: policy.warm,
    [Symbol.asyncDispose]: seen.settle,
  };
}

const PUBLISHABLE = "publishable key";

/** Made once for an app; it names the app and protects nothing. */
async function publishableRest(store: Store, vault: Vault): Promise<Uint8Array> {
  const kept = await store.view((view) => view.get("identity.settings", [PUBLISHABLE], ["value"]));
  if (kept !== undefined) return bytesOf(kept[0]);
  const value = vault.randomBytes(KEY_SECRET_BYTES);
  await store.commit({ steps: [{ do: "insert", table: "identity.settings", row: { name: PUBLISHABLE, value } }] });
  return value;
}

/** What has expired and belongs to nobody who still comes. */
async function sweep({ store, clock }: Core): Promise<void> {
  const expired = (column: string) => ({ op: "compare", sense: "is", column, by: "lt", value: micros(clock.now()) }) as const;
  const ends = [
    [SESSIONS, "not_after"],
    ["identity.challenges", "expires_at"],
    [EVERY_CODE, "expires_at"],
    [ADDRESS_CHANGES, "expires_at"],
  ] as const;
  await store.commit({ steps: ends.map(([table, column]) => ({ do: "clear", table, where: expired(column) })) });
}

async function endEverything(store: Store): Promise<number> {
  const everything = [
    clearSessions(EVERY_ROW),
    ...["identity.challenges", EVERY_CODE, ADDRESS_CHANGES].map((table) => ({ do: "clear", table, where: EVERY_ROW }) as const),
  ];
  const receipt = await store.commit({ steps: everything });
  return receipt.committed ? (receipt.cleared[0] ?? 0) : 0;
}
