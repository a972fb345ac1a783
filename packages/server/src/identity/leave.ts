import { type Event, formatId, type Id } from "../kit/index.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import { type AccountRow, findAccount, updateAccount } from "./account-rows.ts";
import { clearAddressChange } from "./address-change-rows.ts";
import { micros } from "./cells.ts";
import type { Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { BY_ITSELF, clearDelayed, delay, findDelayed } from "./delayed.ts";
import { clearDevices } from "./devices.ts";
import { clearRecoveryCodes, FACTORS, type Needs, refuseChange, standingIn } from "./factor-standing.ts";
import { type Posted, posted } from "./mailbox.ts";
import { EVERY_PURPOSE, voidCodes } from "./one-time-codes.ts";
import { conflict } from "./own.ts";
import type { Delayed, Order } from "./people-contract.ts";
import { refusal } from "./refusals.ts";
import { ownersLetter } from "./tell-owner.ts";

interface Done extends Delayed {
  readonly notice: Posted;
}

/** The caller's own account. What it needs is what a change of factors needs: a stolen open session is not enough. */
export async function leave(needs: Needs, visit: Visit): Promise<Delayed> {
  const { core } = needs;
  const account = await core.store.view(async (view) => (await standingIn(visit, view)).account.id);
  return inTurn(needs, account, async (view) => {
    const standing = await standingIn(visit, view);
    if (standing.actor.unfinished) throw refusal("insufficient_aal");
    refuseChange(needs, standing);
    return leaveSteps(needs, view, { by: BY_ITSELF, visit }, standing.account);
  });
}

export function removeAccount(needs: Needs, order: Order, id: Id): Promise<Delayed> {
  return inTurn(needs, id, async (view) => leaveSteps(needs, view, order, await presentAccount(view, id)));
}

/** What is due at once leaves nothing of the account in this room but its id, in the same commit. */
async function leaveSteps(needs: Needs, view: View, { by, visit }: Order, account: AccountRow) {
  const { core, sessions } = needs;
  const { clock, plan } = core;
  const now = clock.now();
  const dueAt = now + plan.accounts.deletionGraceMs;
  const isNow = dueAt <= now;
  const { id } = account;
  const about = { ...circumstances(core, visit, id), account: named(id, id) };
  const event: Event = isNow
    ? { kind: "account.removed", ...about }
    : { kind: "account.changed", ...about, what: `deletion asked for by ${by}, due ${new Date(dueAt).toISOString()}` };
  const notice = ownersLetter(needs, visit, account, "account-leaving", isNow ? undefined : dueAt);
  const steps: Step[] = [
    updateAccount(account, { ...(isNow ? NOBODY_LEFT : {}), deleted_at: micros(now), updated_at: micros(now) }),
    ...(await sessions.end(view, id, visit, { name: "removal" })),
    ...voidCodes(id, EVERY_PURPOSE),
    clearAddressChange(id),
    clearDelayed(id, "factor-reset"),
    ...delay({ account: id, what: "erasure", by, askedAt: now, dueAt }),
    ...(isNow ? credentialsOf(id) : []),
    ...notice.steps,
    ...entries(core, [event]),
  ];
  return { batch: { steps }, result: { dueAt, notice } };
}

/** Who it was; the row itself waits for the erasure of all that names it. */
const NOBODY_LEFT: RowValues = {
  address: null,
  address_even: null,
  address_odd: null,
  password: null,
  user_metadata: null,
  app_metadata: null,
  roles: "[]",
  house_role: null,
  factors_verified: 0,
};

function credentialsOf(account: Id): readonly Step[] {
  const ofAccount = { op: "compare", sense: "is", column: "account", by: "eq", value: account } as const;
  return [
    { do: "clear", table: FACTORS, where: ofAccount },
    clearRecoveryCodes(account),
    clearDevices(account),
    ...voidCodes(account, ["told"]),
  ];
}

/** Takes a deletion back while it waits. */
export async function keepAccount(needs: Needs, { by, visit }: Order, id: Id): Promise<boolean> {
  const { core } = needs;
  return core.turns.take(formatId(id), async () => {
    const { kept, notice } = await core.store.transact<{ readonly kept: boolean; readonly notice: Posted }>(async (view) => {
      const account = await findAccount(view, id);
      const back = account && (await comeBack(core, view, account, { by, visit }));
      if (back === undefined) return { result: { kept: false, notice: posted([]) } };
      const told = ownersLetter(needs, visit, back.account, "account-stays");
      return {
        batch: { steps: [updateAccount(back.account, back.set), ...back.steps, ...told.steps] },
        result: { kept: true, notice: told },
      };
    }, conflict);
    notice.done();
    return kept;
  });
}

export interface ComeBack {
  readonly account: AccountRow;
  readonly set: RowValues;
  readonly steps: readonly Step[];
}

/** A deletion that still waits is taken back; `undefined` where there is none, or its time has come. */
async function comeBack(core: Core, view: View, account: AccountRow, { by, visit }: Order): Promise<ComeBack | undefined> {
  const waiting = await findDelayed(view, account.id, "erasure");
  if (account.deletedAt === null || waiting === undefined || waiting.dueAt <= core.clock.now()) return undefined;
  // Whom an administrator removed does not come back by signing in.
  if (by === BY_ITSELF && waiting.by !== BY_ITSELF) return undefined;
  const event: Event = {
    kind: "account.changed",
    ...circumstances(core, visit, account.id),
    account: named(account.id, account.id),
    what: `deletion taken back by ${by}`,
  };
  return {
    account: { ...account, deletedAt: null },
    set: { deleted_at: null, updated_at: micros(core.clock.now()) },
    steps: [clearDelayed(account.id, "erasure"), ...entries(core, [event])],
  };
}

/** Whoever shows the password of an account that is leaving by its own wish has changed their mind. */
export function comeBackBySigningIn(core: Core, view: View, account: AccountRow, visit: Visit): Promise<ComeBack | undefined> {
  return comeBack(core, view, account, { by: BY_ITSELF, visit });
}

/** An erasure that does not wait: nobody signs in from here on, whatever is asked for. */
export async function beginErasure(needs: Needs, { by, visit }: Order, id: Id): Promise<void> {
  const { core, sessions } = needs;
  await core.turns.take(formatId(id), () =>
    core.store.transact<undefined>(async (view) => {
      const account = await findAccount(view, id);
      if (account === undefined) throw refusal("user_not_found");
      const now = core.clock.now();
      const steps: Step[] = [
        updateAccount(account, { deleted_at: micros(now), updated_at: micros(now) }),
        ...(await sessions.end(view, id, visit, { name: "removal" })),
        ...voidCodes(id, EVERY_PURPOSE),
        ...delay({ account: id, what: "erasure", by, askedAt: now, dueAt: now }),
      ];
      return { batch: { steps }, result: undefined };
    }, conflict),
  );
}

async function presentAccount(view: View, id: Id): Promise<AccountRow> {
  const account = await findAccount(view, id);
  if (account === undefined || account.deletedAt !== null) throw refusal("user_not_found");
  return account;
}

async function inTurn(
  { core }: Needs,
  id: Id,
  work: (view: View) => Promise<{ readonly batch: { readonly steps: readonly Step[] }; readonly result: Done }>,
): Promise<Delayed> {
  const { dueAt, notice } = await core.turns.take(formatId(id), () => core.store.transact<Done>(work, conflict));
  notice.done();
  return { dueAt };
}
