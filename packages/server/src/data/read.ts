import type { Filter } from "../model/filter.ts";
import type { Row, View } from "../store/contract.ts";
import { type Asked, about, type DataRoom, requireGrant, tenantOf } from "./asked.ts";
import { requireCollection } from "./collection-plan.ts";
import { type AskedRows, compileCondition, refusedQuestion } from "./conditions.ts";
import type { OrderBy, ReadRequest, Rows } from "./contract.ts";
import { presentRows } from "./present.ts";
import type { Visibility } from "./visibility.ts";
import { visibilityOf } from "./visibility.ts";

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
  const rows =
    limit === 0 ? [] : await view.read({ table: plan.name, columns: shape.columns, where, order: order.by, limit, offset: request.offset });
  if (rows.length === 0 && wanted.lookups.length > 0) noteMissedLookups(room, asked, plan.name, wanted);
  const total = request.count === "none" ? undefined : await countRows(view, { table: plan.name, where }, rows, request.offset, limit);
  if (request.body === "none") return { rows: rows.length, total, json: "[]" };
  const damaged = (field: string, row: Uint8Array): void => room.trail.note(damagedRecord(room, asked, plan.name, field, row));
  const json = await presentRows(
    { plan, shape, visibility, cipher: room.cipher, passes: room.passes, nulls: request.nulls, damaged },
    view,
    rows,
  );
  return { rows: rows.length, total, json };
}

/** A page that is not full, and not behind the last row, tells the number of all rows by itself. */
async function countRows(
  view: View,
  query: { readonly table: string; readonly where: Filter },
  rows: readonly Row[],
  offset: number,
  limit: number,
): Promise<number> {
  const isLastPage = rows.length < limit && (rows.length > 0 || offset === 0);
  return isLastPage ? offset + rows.length : view.count(query);
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
