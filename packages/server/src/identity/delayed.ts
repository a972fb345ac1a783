import type { Event, Id } from "../kit/index.ts";
import type { Row, Step, View } from "../store/contract.ts";
import { bytesOf, micros, millis, numberOf, textOf } from "./cells.ts";
import type { Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";

/** What waits for its time, so that the person concerned can stop it; one of each an account. */
export type DelayedWhat = "erasure" | "factor-reset";

/** Each has its own table: a restore keeps the wish to be erased, and no reset that its owner may have stopped since the backup. */
const TABLES: Readonly<Record<DelayedWhat, string>> = { erasure: "identity.erasures", "factor-reset": "identity.factor_resets" };

export interface DelayedRow {
  readonly account: Id;
  readonly what: DelayedWhat;
  /** "itself", or in words who else asked for it. */
  readonly by: string;
  readonly askedAt: number;
  readonly dueAt: number;
}

export const BY_ITSELF = "itself";
const DUE_AT_ONCE_MAX = 100;
const COLUMNS = ["account", "by", "asked_at", "due_at"] as const;

/** Asked for anew, it waits anew. */
export function delay({ account, what, by, askedAt, dueAt }: DelayedRow): readonly Step[] {
  const row = { account, by, asked_at: micros(askedAt), due_at: micros(dueAt) };
  return [clearDelayed(account, what), { do: "insert", table: TABLES[what], row }];
}

export function clearDelayed(account: Id, what: DelayedWhat): Step {
  return { do: "clear", table: TABLES[what], where: { op: "compare", sense: "is", column: "account", by: "eq", value: account } };
}

export async function findDelayed(view: View, account: Id, what: DelayedWhat): Promise<DelayedRow | undefined> {
  const row = await view.get(TABLES[what], [account], COLUMNS);
  return row && readRow(row, what);
}

/** All that waits for an account. */
export async function allDelayed(view: View, account: Id): Promise<readonly DelayedRow[]> {
  const rows = [await findDelayed(view, account, "erasure"), await findDelayed(view, account, "factor-reset")];
  return rows.filter((row) => row !== undefined);
}

export async function stopResetSteps(core: Core, view: View, visit: Visit | undefined, id: Id, by: string): Promise<readonly Step[]> {
  if ((await findDelayed(view, id, "factor-reset")) === undefined) return [];
  const event: Event = {
    kind: "factor.changed",
    ...circumstances(core, visit, id),
    account: named(id, id),
    factor: "totp",
    what: `reset stopped by ${by}`,
  };
  return [clearDelayed(id, "factor-reset"), ...entries(core, [event])];
}

/** Those whose time has come, the oldest first. */
export async function dueNow(view: View, what: DelayedWhat, now: number): Promise<readonly DelayedRow[]> {
  const rows = await view.read({
    table: TABLES[what],
    columns: COLUMNS,
    where: { op: "compare", sense: "is", column: "due_at", by: "lte", value: micros(now) },
    order: [{ column: "due_at", direction: "asc", nulls: "last" }],
    limit: DUE_AT_ONCE_MAX,
  });
  return rows.map((row) => readRow(row, what));
}

function readRow([account, by, askedAt, dueAt]: Row, what: DelayedWhat): DelayedRow {
  return { account: bytesOf(account), what, by: textOf(by), askedAt: millis(numberOf(askedAt)), dueAt: millis(numberOf(dueAt)) };
}
