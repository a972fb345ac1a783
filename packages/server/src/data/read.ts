import type { Filter } from "../model/filter.ts";
import type { Query, View } from "../store/contract.ts";
import { type Asked, about, type DataRoom, requireGrant, tenantOf } from "./asked.ts";
import { requireCollection } from "./collection-plan.ts";
import { type AskedRows, compileCondition, refusedQuestion } from "./conditions.ts";
import type { Count, OrderBy, ReadRequest, Rows } from "./contract.ts";
import { type PresentNeeds, presentRows } from "./present.ts";
import { type Visibility, visibilityOf } from "./visibility.ts";

/** The rule becomes part of the query: no row is fetched that may not be seen. */
export async function readRows(room: DataRoom, request: ReadRequest, asked: Asked, view: View): Promise<Rows> {
  const plan = requireCollection(room.plans, request.collection);
  const grant = requireGrant(room, asked, "read", plan);
  const visibility = visibilityOf(plan, grant.read);
  const wanted = compileCondition({ plan, visibility, cipher: room.cipher, tenant: tenantOf(plan, asked.actor) }, request.where);
  const order = orderOf(request.order, visibility);
  const shape = room.shapes.of(plan, request.select, visibility);
  const where: Filter = { op: "all", of: [grant.old, wanted.filter, ...order.rules] };
  const limit = Math.min(request.limit ?? room.limits.rowsPerAnswerMax, room.limits.rowsPerAnswerMax);
  const page = { table: plan.name, where, order: order.by, limit, offset: request.offset };
  const damaged = (field: string, row: Uint8Array): void => room.trail.note(damagedRecord(room, asked, plan.name, field, row));
  const needs = { plan, shape, visibility, cipher: room.cipher, passes: room.passes, nulls: request.nulls, damaged };
  const rows = await (request.body === "none" ? countPage(view, page, request.count) : readPage(needs, view, page, request.count));
  if (rows.rows === 0 && (rows.total ?? 0) === 0 && wanted.lookups.length > 0) noteMissedLookups(room, asked, plan.name, wanted);
  return rows;
}

type Page = Omit<Query, "columns"> & { readonly limit: number; readonly offset: number };

async function readPage(needs: PresentNeeds, view: View, page: Page, count: Count): Promise<Rows> {
  const rows = page.limit === 0 ? [] : await view.read({ ...page, columns: needs.shape.wanted });
  const total = count === "none" ? undefined : await countRows(view, page, rows.length);
  const json = presentRows(needs, view, rows);
  return { rows: rows.length, total, json: typeof json === "string" ? json : await json };
}

/** Without a body, the number of all rows says how many there are on the page: none of them is read. */
async function countPage(view: View, page: Page, count: Count): Promise<Rows> {
  if (count === "none")
    return { rows: page.limit === 0 ? 0 : (await view.read({ ...page, columns: ["id"] })).length, total: undefined, json: "[]" };
  const total = await view.count({ table: page.table, where: page.where });
  return { rows: Math.max(0, Math.min(total - page.offset, page.limit)), total, json: "[]" };
}

/** A page that is not full, and not behind the last row, tells the number of all rows by itself. */
async function countRows(view: View, { table, where, limit, offset }: Page, rows: number): Promise<number> {
  const isLastPage = rows < limit && (rows > 0 || offset === 0);
  return isLastPage ? offset + rows : view.count({ table, where });
}

/** Sorting by a field tells about it: its read rule is asked of every row. */
function orderOf(
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

export function noteMissedLookups(room: DataRoom, asked: Asked, collection: string, { lookups }: AskedRows): void {
  for (const { name } of lookups) room.trail.note({ kind: "lookup.missed", ...about(room, asked), collection, field: name });
}

export function damagedRecord(room: DataRoom, asked: Asked, collection: string, field: string, row: Uint8Array) {
  return { kind: "record.damaged", ...about(room, asked), collection, field, row: { value: row, subject: null } } as const;
}
