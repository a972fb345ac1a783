import type { Filter } from "../model/filter.ts";
import type { View } from "../store/contract.ts";
import { type Asked, type DataRoom, requireGrant, tenantOf } from "./asked.ts";
import { requireCollection } from "./collection-plan.ts";
import { compileCondition } from "./conditions.ts";
import type { Count, ReadRequest, Rows } from "./contract.ts";
import { countPage, countRows, damagedRecord, noteMissedLookups, orderOf, type Page } from "./page.ts";
import { type PresentNeeds, presentRows } from "./present.ts";
import { visibilityOf } from "./visibility.ts";

/** The rule becomes part of the query: no row is fetched that may not be seen. */
export async function readRows(room: DataRoom, request: ReadRequest, asked: Asked, view: View): Promise<Rows> {
  const plan = requireCollection(room.plans, request.collection);
  // Loaded at the first use: most answers are rows of one collection.
  if (request.embeds !== undefined) return (await import("./embed.ts")).readEmbedded(room, plan, request, asked, view);
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

async function readPage(needs: PresentNeeds, view: View, page: Page, count: Count): Promise<Rows> {
  const rows = page.limit === 0 ? [] : await view.read({ ...page, columns: needs.shape.wanted });
  const total = count === "none" ? undefined : await countRows(view, page, rows.length);
  const json = presentRows(needs, view, rows);
  return { rows: rows.length, total, json: typeof json === "string" ? json : await json };
}
