import { type Event, type Fault, formatId, type Id } from "../kit/index.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import { type AccountRow, findAccount, sealJson, updateAccount } from "./account-rows.ts";
import { openAccount, openAddress, openJson } from "./account-view.ts";
import type { Actor } from "./actor.ts";
import { addressFrom } from "./address.ts";
import { cancelAddressChange } from "./address-change-rows.ts";
import { micros } from "./cells.ts";
import type { Account, Identity, JsonObject, OwnChange, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { NOT_POSTED, type Outbox, type Posted, posted } from "./mailbox.ts";
import type { PasswordPolicy } from "./passwords/policy.ts";
import { refusal } from "./refusals.ts";
import { findSession } from "./session-rows.ts";
import type { Sessions } from "./sessions.ts";

/** How old the proof of a password, or of a factor, may be when credentials are changed. */
export const FRESH_MS = 600_000;
const METADATA_BYTES_MAX = 16_384;

export type AccountActor = Actor & { readonly kind: "account" };

export interface Needs {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly policy: PasswordPolicy;
  readonly outbox: Outbox;
  /** The steps of asking for another address, and the letters to both. */
  readonly askForAddress: (
    view: View,
    visit: Visit,
    account: AccountRow,
    session: Id,
    typed: string,
  ) => Promise<{ readonly steps: readonly Step[]; readonly letter: Posted }>;
}

export function createOwn(needs: Needs): Pick<Identity, "own" | "change" | "signOut"> {
  return {
    own: (...given) => own(needs, ...given),
    change: (...given) => change(needs, ...given),
    signOut: (...given) => signOut(needs, ...given),
  };
}

async function own(needs: Needs, view: View, actor: Actor): Promise<Account> {
  const { cells } = needs.core;
  if (actor.kind !== "account") throw refusal("no_authorization");
  const row = await findAccount(view, actor.id);
  if (row === undefined) throw refusal("session_not_found");
  const account = await openAccount(view, cells, row);
  // A session that owes its factor sees who it is and which factors there are, and nothing else.
  return actor.unfinished ? { ...account, address: null, userMetadata: {}, appMetadata: {}, roles: [], tenant: null } : account;
}

async function change(needs: Needs, visit: Visit, wish: OwnChange): Promise<Account> {
  const { core } = needs;
  const { store, cells } = core;
  const before = await store.view((view) => mine(visit, view));
  const address = openAddress(cells, before.account);
  const isMoving = wish.address !== undefined && addressFrom(wish.address) !== address;
  if (isMoving && !needs.outbox.reaches(visit)) throw refusal("email_provider_disabled");
  if (isMoving || wish.password !== undefined) await requireProof(needs, visit, before, wish.currentPassword);
  const password = wish.password === undefined ? undefined : await newPassword(needs, visit, before, wish.password);
  const { account, notice } = await core.turns.take(formatId(before.account.id), () =>
    commit(needs, visit, { ...wish, address: isMoving ? wish.address : undefined }, before.account.password, password),
  );
  notice.done();
  return isMoving ? { ...account, wantedAddress: addressFrom(wish.address ?? "") } : account;
}

/** Outside the commit, which expects the old hash (ASVS 5.0 7.5.1). Who has no password yet stands on the code that opened the session. */
async function requireProof(needs: Needs, visit: Visit, { account, provedAt }: Mine, current: string | undefined): Promise<void> {
  const { vault, clock } = needs.core;
  const isAsked = current !== undefined && account.password !== null;
  if (!isAsked && clock.now() - provedAt > FRESH_MS) throw refusal("reauthentication_needed");
  if (isAsked && !(await vault.passwords.verify(account.password ?? undefined, current, visit.address)))
    throw refusal("current_password_invalid");
}

async function newPassword(needs: Needs, visit: Visit, { account }: Mine, password: string): Promise<string> {
  const { policy } = needs;
  const { vault, cells } = needs.core;
  const address = openAddress(cells, account) ?? "";
  await policy.require(password, { address });
  if (account.password !== null && (await vault.passwords.verify(account.password, password, visit.address)))
    throw refusal("same_password");
  return vault.passwords.hash(password, visit.address);
}

type Wish = Omit<OwnChange, "address"> & { readonly address: string | undefined };

interface Changed {
  readonly account: Account;
  readonly notice: Posted;
}

function commit(needs: Needs, visit: Visit, wish: Wish, oldHash: string | null, password: string | undefined): Promise<Changed> {
  const { core, outbox } = needs;
  const { store, clock, cells } = core;
  return store.transact<Changed>(async (view) => {
    const { account, actor } = await mine(visit, view);
    if ((password !== undefined || wish.address !== undefined) && account.password !== oldHash) throw refusal("conflict");
    const moving = wish.address === undefined ? undefined : await needs.askForAddress(view, visit, account, actor.sessionId, wish.address);
    const set = {
      ...metadataCells(needs, account, wish.userMetadata),
      ...(password === undefined ? {} : { password, failed_passwords: 0 }),
    };
    if (Object.keys(set).length === 0) {
      const result = { account: await openAccount(view, cells, account), notice: moving?.letter ?? NOT_POSTED };
      return moving === undefined ? { result } : { batch: { steps: moving.steps }, result };
    }
    const ended = password === undefined ? [] : await endOthers(needs, view, visit, actor);
    // Who changes a password because of somebody else also stops what that one began.
    const cancelled = password === undefined || moving !== undefined ? [] : cancelAddressChange(account.id);
    const what = [...(password === undefined ? [] : ["password"]), ...(wish.userMetadata === undefined ? [] : ["metadata"])].join(" and ");
    const event: Event = {
      kind: "account.changed",
      ...circumstances(core, visit, account.id),
      account: named(account.id, account.id),
      what,
    };
    const address = openAddress(cells, account);
    const isTold = password !== undefined && address !== null;
    const told = isTold
      ? outbox.post(visit, core.letters.plain(visit, { to: address, account: account.id }, "password-changed"))
      : NOT_POSTED;
    const changed = updateAccount(account, { ...set, updated_at: micros(clock.now()) });
    const steps = [changed, ...ended, ...cancelled, ...(moving?.steps ?? []), ...told.steps, ...entries(core, [event])];
    const notice = posted([told, ...(moving === undefined ? [] : [moving.letter])]);
    const userMetadata = set.user_metadata === undefined ? account.userMetadata : set.user_metadata;
    const shown = await openAccount(view, cells, { ...account, userMetadata, updatedAt: clock.now() });
    return { batch: { steps }, result: { account: shown, notice } };
  }, conflict);
}

async function endOthers(needs: Needs, view: View, visit: Visit, actor: AccountActor) {
  const { sessions } = needs;
  const session = await findSession(view, actor.sessionId);
  if (session === undefined) throw refusal("session_not_found");
  const ended = await sessions.end(view, actor.id, visit, { name: "others", keep: actor.sessionId });
  return [...ended, sessions.proved(session)];
}

interface MetadataCells extends RowValues {
  readonly user_metadata?: Uint8Array | null;
}

function metadataCells(
  needs: Needs,
  account: AccountRow,
  wish: JsonObject | undefined,
): MetadataCells & { user_metadata?: Uint8Array | null } {
  const { cells } = needs.core;
  if (wish === undefined) return {};
  return {
    user_metadata: sealJson(
      cells,
      account.id,
      "user_metadata",
      merged(openJson(cells, account.id, "user_metadata", account.userMetadata), wish),
    ),
  };
}

interface Mine {
  readonly account: AccountRow;
  readonly actor: AccountActor;
  readonly provedAt: number;
}

async function mine(visit: Visit, view: View): Promise<Mine> {
  const actor = await finishedIn(visit, view);
  const [account, session] = [await findAccount(view, actor.id), await findSession(view, actor.sessionId)];
  if (account === undefined || session === undefined) throw refusal("session_not_found");
  return { account, actor, provedAt: session.provedAt };
}

async function signOut(needs: Needs, visit: Visit, asked: Parameters<Identity["signOut"]>[1]): Promise<void> {
  const { sessions } = needs;
  const { store } = needs.core;
  await store.transact<undefined>(async (view) => {
    const actor = await accountIn(visit, view);
    // Who has the password and not the factor must not end the sessions of who has both.
    if (actor.unfinished && asked === "others") throw refusal("insufficient_aal");
    const scope = actor.unfinished ? "local" : asked;
    const which = { global: {}, local: { only: actor.sessionId }, others: { keep: actor.sessionId } }[scope];
    return { batch: { steps: await sessions.end(view, actor.id, visit, { name: scope, ...which }) }, result: undefined };
  }, conflict);
}

/** The caller as an account, in this snapshot. */
export async function accountIn(visit: Visit, view: View): Promise<AccountActor> {
  const actor = await visit.actorIn(view);
  if (actor.kind !== "account") throw refusal("no_authorization");
  return actor;
}

async function finishedIn(visit: Visit, view: View): Promise<AccountActor> {
  const actor = await accountIn(visit, view);
  if (actor.unfinished) throw refusal("insufficient_aal");
  return actor;
}

export function conflict(): never {
  throw refusal("conflict") satisfies Fault;
}

/** As the dialect merges: key by key at the top, null takes a key away. */
export function merged(before: JsonObject, wish: JsonObject): JsonObject {
  const after = Object.fromEntries(Object.entries({ ...before, ...wish }).filter(([, value]) => value !== null));
  if (Buffer.byteLength(JSON.stringify(after)) > METADATA_BYTES_MAX)
    throw refusal("validation_failed", "Metadata has at most 16,384 bytes.");
  return after;
}
