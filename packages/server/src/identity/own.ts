import { type Event, type Fault, formatId } from "../kit/index.ts";
import type { RowValues, View } from "../store/contract.ts";
import { type AccountRow, findAccount, sealJson, updateAccount } from "./account-rows.ts";
import { openAccount, openAddress, openJson } from "./account-view.ts";
import type { Actor } from "./actor.ts";
import { micros } from "./cells.ts";
import type { Account, Identity, JsonObject, OwnChange, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { plainLetter } from "./letters.ts";
import type { Outbox } from "./mailbox.ts";
import type { PasswordPolicy } from "./passwords/policy.ts";
import { refusal } from "./refusals.ts";
import { findSession } from "./session-rows.ts";
import type { Sessions } from "./sessions.ts";

/** How old the proof of a password, or of a factor, may be when credentials are changed. */
export const FRESH_MS = 600_000;
const METADATA_BYTES_MAX = 16_384;

export type AccountActor = Actor & { readonly kind: "account" };

interface Needs {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly policy: PasswordPolicy;
  readonly outbox: Outbox;
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
  const { core, outbox } = needs;
  const { store, clock, cells } = core;
  const before = await store.view((view) => mine(visit, view));
  const address = openAddress(cells, before.account);
  if (wish.address !== undefined && wish.address !== address) throw refusal("email_provider_disabled");
  const password = wish.password === undefined ? undefined : await newPassword(needs, visit, before, wish.password, wish.currentPassword);
  const account = await core.turns.take(formatId(before.account.id), () => commit(needs, visit, wish, before.account.password, password));
  if (password !== undefined && address !== null) outbox.send(visit, plainLetter(address, "password-changed", clock.now()));
  return account;
}

/** The proof of the old password, then the checks of the new one; both outside the commit, which expects the old hash. */
async function newPassword(
  needs: Needs,
  visit: Visit,
  { account, provedAt }: Mine,
  password: string,
  current: string | undefined,
): Promise<string> {
  const { policy } = needs;
  const { vault, clock, cells } = needs.core;
  const { address } = { address: openAddress(cells, account) ?? "" };
  if (account.password !== null) {
    if (current !== undefined && !(await vault.passwords.verify(account.password, current, visit.address)))
      throw refusal("current_password_invalid");
    if (current === undefined && clock.now() - provedAt > FRESH_MS) throw refusal("reauthentication_needed");
  }
  await policy.require(password, { address });
  if (account.password !== null && (await vault.passwords.verify(account.password, password, visit.address)))
    throw refusal("same_password");
  return vault.passwords.hash(password, visit.address);
}

function commit(needs: Needs, visit: Visit, wish: OwnChange, oldHash: string | null, password: string | undefined): Promise<Account> {
  const { core } = needs;
  const { store, clock, cells } = core;
  return store.transact<Account>(async (view) => {
    const { account, actor } = await mine(visit, view);
    if (password !== undefined && account.password !== oldHash) throw refusal("conflict");
    const set = {
      ...metadataCells(needs, account, wish.userMetadata),
      ...(password === undefined ? {} : { password, failed_passwords: 0 }),
    };
    if (Object.keys(set).length === 0) return { result: await openAccount(view, cells, account) };
    const ended = password === undefined ? [] : await endOthers(needs, view, visit, actor);
    const what = [...(password === undefined ? [] : ["password"]), ...(wish.userMetadata === undefined ? [] : ["metadata"])].join(" and ");
    const event: Event = {
      kind: "account.changed",
      ...circumstances(core, visit, account.id),
      account: named(account.id, account.id),
      what,
    };
    const steps = [updateAccount(account, { ...set, updated_at: micros(clock.now()) }), ...ended, ...entries(core, [event])];
    const userMetadata = set.user_metadata === undefined ? account.userMetadata : set.user_metadata;
    return { batch: { steps }, result: await openAccount(view, cells, { ...account, userMetadata, updatedAt: clock.now() }) };
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
