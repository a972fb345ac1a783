import type { Event, Id } from "../kit/index.ts";
import type { Row, Step, View } from "../store/contract.ts";
import { bytesOf, micros, millis, numberOf, textOf } from "./cells.ts";
import type { Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";

export const DELAYED = "identity.delayed";

/** What waits for its time, so that the person concerned can stop it; one of each an account. */
export type DelayedWhat = "erasure" | "factor-reset";

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
const COLUMNS = ["account", "what", "by", "asked_at", "due_at"] as const;

/** Asked for anew, it waits anew. */
export function delay({ account, what, by, askedAt, dueAt }: DelayedRow): readonly Step[] {
  const row = { account, what, by, asked_at: micros(askedAt), due_at: micros(dueAt) };
  return [clearDelayed(account, what), { do: "insert", table: DELAYED, row }];
}

export function clearDelayed(account: Id, what: DelayedWhat): Step {
  const isOf = (column: string, value: Id | string) => ({ op: "compare", sense: "is", column, by: "eq", value }) as const;
  return { do: "clear", table: DELAYED, where: { op: "all", of: [isOf("account", account), isOf("what", what)] } };
}

export async function findDelayed(view: View, account: Id, what: DelayedWhat): Promise<DelayedRow | undefined> {
  const row = await view.get(DELAYED, [account, what], COLUMNS);
  return row && readRow(row);
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
    table: DELAYED,
    columns: COLUMNS,
    where: {
      op: "all",
      of: [
        { op: "compare", sense: "is", column: "what", by: "eq", value: what },
        { op: "compare", sense: "is", column: "due_at", by: "lte", value: micros(now) },
      ],
    },
    order: [{ column: "due_at", direction: "asc", nulls: "last" }],
    limit: DUE_AT_ONCE_MAX,
  });
  return rows.map(readRow);
}

function readRow(row: Row): DelayedRow {
  const what = textOf(row[1]) === "erasure" ? "erasure" : "factor-reset";
  return { account: bytesOf(row[0]), what, by: textOf(row[2]), askedAt: millis(numberOf(row[3])), dueAt: millis(numberOf(row[4])) };
}
