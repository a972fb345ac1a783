import { type Event, formatId, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { type AccountRow, findAccount, updateAccount } from "./account-rows.ts";
import { bytesOf, micros } from "./cells.ts";
import type { Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { clearDelayed, delay, dueNow, findDelayed, stopResetSteps } from "./delayed.ts";
import { clearRecoveryCodes, FACTORS, type Needs, standingIn, USED_STEPS } from "./factor-standing.ts";
import { type Posted, posted } from "./mailbox.ts";
import { conflict } from "./own.ts";
import type { Delayed, Order } from "./people-contract.ts";
import { refusal } from "./refusals.ts";
import { ownersLetter } from "./tell-owner.ts";

const FACTORS_READ_MAX = 100;

interface Done<T> {
  readonly value: T;
  readonly notice: Posted;
}

/** Who has lost the factor cannot show it: an administrator says so, the owner hears of it, and it waits for the plan's delay. */
export function resetFactors(needs: Needs, order: Order, id: Id): Promise<Delayed> {
  const { clock, plan } = needs.core;
  return inTurn<Delayed>(needs, id, async (view) => {
    const account = await findAccount(view, id);
    if (account === undefined || account.deletedAt !== null) throw refusal("user_not_found");
    if (account.factorsVerified === 0) throw refusal("mfa_factor_not_found");
    const now = clock.now();
    const dueAt = now + plan.accounts.factorResetMs;
    if (dueAt <= now) return removal(needs, view, order, account, dueAt);
    const notice = ownersLetter(needs, order.visit, account, "factor-reset", dueAt);
    const steps = [
      ...delay({ account: id, what: "factor-reset", by: order.by, askedAt: now, dueAt }),
      ...notice.steps,
      ...told(needs, order.visit, id, `reset asked for by ${order.by}, due ${new Date(dueAt).toISOString()}`),
    ];
    return { batch: { steps }, result: { value: { dueAt }, notice } };
  });
}

export function stopReset(needs: Needs, { by, visit }: Order, id: Id): Promise<boolean> {
  return inTurn<boolean>(needs, id, async (view) => stopping(needs, view, visit, id, by));
}

/** The session must have shown the factor: who has only the password may be the one who asked. */
export async function stopOwnReset(needs: Needs, visit: Visit): Promise<boolean> {
  const id = await needs.core.store.view(async (view) => (await standingIn(visit, view)).account.id);
  return inTurn<boolean>(needs, id, async (view) => {
    const { actor } = await standingIn(visit, view);
    if (actor.aal !== 2) throw refusal("insufficient_aal");
    return stopping(needs, view, visit, id, "its owner");
  });
}

async function stopping(needs: Needs, view: View, visit: Visit | undefined, id: Id, by: string) {
  const steps = await stopResetSteps(needs.core, view, visit, id, by);
  return { batch: { steps }, result: { value: steps.length > 0, notice: posted([]) } };
}

/** Looks again in the commit: what was stopped meanwhile does not happen. */
export async function resetDue(needs: Needs, now: number): Promise<number> {
  const { store } = needs.core;
  const due = await store.view((view) => dueNow(view, "factor-reset", now));
  let done = 0;
  for (const { account: id } of due) {
    done += await inTurn<number>(needs, id, async (view) => {
      const [waiting, account] = [await findDelayed(view, id, "factor-reset"), await findAccount(view, id)];
      const isDue = waiting !== undefined && waiting.dueAt <= now && account !== undefined;
      const nothing = { value: 0, notice: posted([]) };
      if (!isDue) return { batch: { steps: [] }, result: nothing };
      // Its owner has removed the factor meanwhile: there is nothing left to reset.
      if (account.factorsVerified === 0) return { batch: { steps: [clearDelayed(id, "factor-reset")] }, result: nothing };
      const { batch, result } = await removal(needs, view, { by: waiting.by, visit: undefined }, account, waiting.dueAt);
      return { batch, result: { value: 1, notice: result.notice } };
    });
  }
  return done;
}

async function removal(needs: Needs, view: View, { by, visit }: Order, account: AccountRow, dueAt: number) {
  const { core, sessions } = needs;
  const { id } = account;
  const ofAccount = { op: "compare", sense: "is", column: "account", by: "eq", value: id } as const;
  const rows = await view.read({ table: FACTORS, columns: ["id"], where: ofAccount, limit: FACTORS_READ_MAX });
  const factors = rows.map(([factor]) => bytesOf(factor));
  const notice = ownersLetter(needs, visit, account, "factors-changed");
  const steps: Step[] = [
    ...factors.map((value): Step => {
      return { do: "clear", table: USED_STEPS, where: { op: "compare", sense: "is", column: "factor", by: "eq", value } };
    }),
    { do: "clear", table: FACTORS, where: ofAccount },
    clearRecoveryCodes(id),
    clearDelayed(id, "factor-reset"),
    updateAccount(account, { factors_verified: 0, failed_codes: 0, updated_at: micros(core.clock.now()) }),
    ...(await sessions.end(view, id, visit, { name: "administrator" })),
    ...notice.steps,
    ...told(needs, visit, id, `removed by ${by}: reset`),
  ];
  return { batch: { steps }, result: { value: { dueAt }, notice } };
}

function told({ core }: Needs, visit: Visit | undefined, id: Id, what: string): readonly Step[] {
  const event: Event = { kind: "factor.changed", ...circumstances(core, visit, id), account: named(id, id), factor: "totp", what };
  return entries(core, [event]);
}

async function inTurn<T>(
  { core }: Needs,
  id: Id,
  work: (view: View) => Promise<{ readonly batch: { readonly steps: readonly Step[] }; readonly result: Done<T> }>,
): Promise<T> {
  const { value, notice } = await core.turns.take(formatId(id), () =>
    core.store.transact<Done<T>>(async (view) => {
      const { batch, result } = await work(view);
      return batch.steps.length === 0 ? { result } : { batch, result };
    }, conflict),
  );
  notice.done();
  return value;
}
