import type { Event, Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { type AccountRow, findByAddress, freshRow, insertAccount, type NewAccount } from "./account-rows.ts";
import { accountOf } from "./account-view.ts";
import { addressFrom } from "./address.ts";
import type { Identity, JsonObject, SignedUp, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { writeCodes } from "./letters.ts";
import type { Outbox, Posted } from "./mailbox.ts";
import type { OneTimeCodes } from "./one-time-codes.ts";
import { merged } from "./own.ts";
import type { PasswordPolicy } from "./passwords/policy.ts";
import { type Refusal, refusal } from "./refusals.ts";
import type { Sessions } from "./sessions.ts";

const WAITING_SIGN_UPS_MAX = 10;
/** Whoever has an account is told once in this time that somebody signs up with its address. */
const TOLD_EVERY_MS = 3_600_000;
const NO_SECRET_BYTES = 24;

export interface SignUpNeeds {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly codes: OneTimeCodes;
  readonly outbox: Outbox;
  readonly policy: PasswordPolicy;
  /** `unlessLoopback`: with loopback privileges an address need not be confirmed. */
  readonly confirmation: "always" | "unlessLoopback";
}

interface Wish {
  readonly address: string;
  readonly password: string;
  readonly metadata: JsonObject;
}

const CLOSED = { closed: "signup_disabled", disabled: "email_provider_disabled" } as const satisfies Record<string, Refusal>;

export function createSignUp(needs: SignUpNeeds): Pick<Identity, "signUp" | "signUpFor"> {
  return {
    signUp: (...given) => signUp(needs, ...given),
    signUpFor: (...given) => signUpFor(needs, ...given),
  };
}

function signUpFor(needs: SignUpNeeds, visit: Visit): ReturnType<Identity["signUpFor"]> {
  const { outbox, confirmation } = needs;
  const { plan } = needs.core;
  if (plan.accounts.signUp !== "open") return "closed";
  if (visit.loopback && confirmation === "unlessLoopback") return "immediate";
  return outbox.reaches(visit) ? "confirmed" : "disabled";
}

async function signUp(
  needs: SignUpNeeds,
  visit: Visit,
  { address: typed, password, metadata }: Parameters<Identity["signUp"]>[1],
): Promise<SignedUp> {
  const { core, policy } = needs;
  const { vault } = core;
  const way = signUpFor(needs, visit);
  if (way === "closed" || way === "disabled") throw refusal(CLOSED[way]);
  const address = addressFrom(typed);
  await policy.require(password, { address });
  const wish = { address, metadata: merged({}, metadata), password: await vault.passwords.hash(password, visit.address) };
  return core.turns.take(`address:${address}`, () => (way === "immediate" ? atOnce(needs, visit, wish) : confirmed(needs, visit, wish)));
}

/** Tells when there is an account already: the mode in which it can, and the start says so. */
async function atOnce(needs: SignUpNeeds, visit: Visit, wish: Wish): Promise<SignedUp> {
  const { core, sessions, codes, outbox } = needs;
  const { store, clock, cells, letters } = core;
  const { result, letter } = await store.transact<{ result: SignedUp; letter: Posted }>(
    async (view) => {
      if ((await findByAddress(view, cells, wish.address)) !== undefined) throw refusal("user_already_exists");
      const account = newAccount(needs, wish);
      const row = freshRow(account.id, clock.now());
      const { steps, issued } = await sessions.issue(view, row, visit, { method: "password", confirms: false });
      const written = writeCodes(codes, "signup", account.id, payloadOf(wish));
      const sent = outbox.post(visit, letters.coded(visit, { to: wish.address, account: account.id }, written));
      const all = [insertAccount(core, account), ...created(needs, visit, account.id), ...steps, ...written.steps, ...sent.steps];
      const told = { ...accountOf(cells, row, []), address: wish.address, userMetadata: wish.metadata };
      return { batch: { steps: all }, result: { result: { outcome: "issued", issued: { ...issued, account: told } }, letter: sent } };
    },
    () => {
      throw refusal("user_already_exists");
    },
  );
  letter.done();
  return result;
}

/** The same hash, one commit, one letter and the same answer, whoever the address belongs to. */
async function confirmed(needs: SignUpNeeds, visit: Visit, wish: Wish): Promise<SignedUp> {
  const { core } = needs;
  const { store, vault, clock, cells } = core;
  const at = clock.now();
  const letter = await store.transact<Posted | undefined>(
    async (view) => {
      const found = await findByAddress(view, cells, wish.address);
      const { steps, letter: sent } = await (found?.confirmedAt != null
        ? registered(needs, view, visit, wish, found)
        : waiting(needs, view, visit, wish, found));
      return { batch: { steps: [...steps, ...sent.steps] }, result: sent };
    },
    () => undefined, // another sign-up with this address was first: it has its letter
  );
  letter?.done();
  return { outcome: "pending", address: wish.address, id: vault.newId(), at, metadata: wish.metadata };
}

interface Sent {
  readonly steps: readonly Step[];
  readonly letter: Posted;
}

/** The owner hears of it and nobody else does: the work is that of a sign-up that waits, down to codes that belong to nobody. */
async function registered(needs: SignUpNeeds, view: View, visit: Visit, wish: Wish, { id }: AccountRow): Promise<Sent> {
  const { core, codes, outbox } = needs;
  const { vault, letters } = core;
  // Sealing an account takes as long as it takes for a new one; this one is nobody's and is not kept.
  insertAccount(core, newAccount(needs, wish));
  const isTold = (await codes.open(view, "told", id)).length > 0;
  const unused = writeCodes(codes, "signup", null, payloadOf(wish));
  const steps = [...unused.steps, ...entries(core, [changed(needs, visit, id, "sign-up with its address")])];
  if (isTold) return { steps, letter: outbox.decoy(visit) };
  const mark = codes.of({ purpose: "told", account: id, lifetimeMs: TOLD_EVERY_MS, payload: {} }, vault.randomBytes(NO_SECRET_BYTES));
  const letter = outbox.post(visit, letters.plain(visit, { to: wish.address, account: id }, "already-registered"));
  return { steps: [...steps, mark], letter };
}

/**
 * The password waits with the code: whoever redeems a code puts the password of that sign-up in place and no other, so that nobody
 * can set one beforehand for an address that is not theirs.
 */
async function waiting(needs: SignUpNeeds, view: View, visit: Visit, wish: Wish, found: AccountRow | undefined): Promise<Sent> {
  const { core, codes, outbox } = needs;
  const { letters } = core;
  const account = newAccount(needs, wish);
  const id = found?.id ?? account.id;
  const open = found === undefined ? [] : await codes.open(view, "signup", id);
  const made =
    found === undefined
      ? [insertAccount(core, account), ...created(needs, visit, id)]
      : entries(core, [changed(needs, visit, id, "sign-up again")]);
  if (open.length >= WAITING_SIGN_UPS_MAX) return { steps: made, letter: outbox.decoy(visit) };
  const written = writeCodes(codes, "signup", id, payloadOf(wish));
  const letter = outbox.post(visit, letters.coded(visit, { to: wish.address, account: id }, written));
  return { steps: [...made, ...written.steps], letter };
}

function newAccount(needs: SignUpNeeds, wish: Wish): NewAccount {
  const { vault } = needs.core;
  return {
    id: vault.newId(),
    address: wish.address,
    password: wish.password,
    userMetadata: wish.metadata,
    confirmedAt: null,
    invitedAt: null,
  };
}

function created(needs: SignUpNeeds, visit: Visit, id: Id): readonly Step[] {
  const { core } = needs;
  return entries(core, [{ kind: "account.created", ...circumstances(core, visit, id), account: named(id, id), by: "sign-up" }]);
}

function changed(needs: SignUpNeeds, visit: Visit, id: Id, what: string): Event {
  const { core } = needs;
  return { kind: "account.changed", ...circumstances(core, visit, id), account: named(id, id), what };
}

function payloadOf({ password, metadata }: Wish): JsonObject {
  return { password, metadata };
}
