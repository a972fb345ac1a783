import { Fault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Query, View } from "../store/contract.ts";
import { type Asked, about, type DataRoom } from "./asked.ts";
import type { AskedRows } from "./conditions.ts";
import type { Count, OrderBy, Rows } from "./contract.ts";
import { refusedQuestion, type Visibility } from "./visibility.ts";

/** The rows of one collection that an answer is about. */
export type Page = Omit<Query, "columns"> & { readonly limit: number; readonly offset: number };

/** Without a body, the number of all rows says how many there are on the page: none of them is read. */
export async function countPage(view: View, page: Page, count: Count): Promise<Rows> {
  if (count === "none")
    return { rows: page.limit === 0 ? 0 : (await view.read({ ...page, columns: ["id"] })).length, total: undefined, json: "[]" };
  const total = await view.count({ table: page.table, where: page.where });
  return { rows: Math.max(0, Math.min(total - page.offset, page.limit)), total, json: "[]" };
}

/** A page that is not full, and not behind the last row, tells the number of all rows by itself. */
export async function countRows(view: View, { table, where, limit, offset }: Page, rows: number): Promise<number> {
  const isLastPage = rows < limit && (rows > 0 || offset === 0);
  return isLastPage ? offset + rows : view.count({ table, where });
}

/** Sorting by a field tells about it: its read rule is asked of every row. */
export function orderOf(
  order: readonly OrderBy[],
  visibility: Visibility,
): { readonly by: { column: string; direction: "asc" | "desc"; nulls: "first" | "last" }[]; readonly rules: readonly Filter[] } {
  const rules: Filter[] = [];
  const by = order.map(({ field: name, direction, nulls }) => {
    const field = visibility.field(name);
    if (field.encrypted) throw refusedQuestion(field, "it is encrypted, and has no order");
    if (!field.kind.asks.order) throw refusedQuestion(field, `a field of the kind ${field.field.kind} has no order`);
    const rule = visibility.onlyWhere(field);
    if (rule !== undefined) rules.push(rule);
    return { column: field.name, direction, nulls };
  });
  return { by, rules };
}

export function noteMissedLookups(room: DataRoom, asked: Asked, collection: string, { lookups }: Pick<AskedRows, "lookups">): void {
  for (const { name } of lookups) room.trail.note({ kind: "lookup.missed", ...about(room, asked), collection, field: name });
}

export function damagedRecord(room: DataRoom, asked: Asked, collection: string, field: string, row: Uint8Array) {
  return { kind: "record.damaged", ...about(room, asked), collection, field, row: { value: row, subject: null } } as const;
}

export function requireSingle(rows: number): void {
  if (rows !== 1) throw new Fault("data.not_single", "One row was asked for, and there are none or several.", { detail: { rows } });
}
