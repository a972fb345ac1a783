import type { Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { RowValues, View } from "../store/contract.ts";
import { asAfter } from "./after-write.ts";
import { type Asked, type DataRoom, requireGrant } from "./asked.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import type { Returning, Rows } from "./contract.ts";
import { answerMembers } from "./members.ts";
import { damagedRecord, requireSingle } from "./page.ts";
import { presentRows } from "./present.ts";
import { visibilityOf } from "./visibility.ts";

const NOTHING: Rows = { rows: 0, total: undefined, json: "[]" };

/**
 * The answer of a write, worked out before it is committed: through the read rule and the field rules, like a read right after it.
 * Rows that were deleted are answered as they were read last: `changed` is then undefined. Fault `data.not_single` where one row was asked for and the write is not about one.
 */
export async function presentWritten(
  room: DataRoom,
  plan: CollectionPlan,
  asked: Asked,
  view: View,
  returning: Returning,
  stored: readonly RowValues[],
  changed: readonly Id[] | undefined,
): Promise<Rows> {
  if (returning.select === undefined) {
    if (returning.single) requireSingle(stored.length);
    return NOTHING;
  }
  if (returning.embeds !== undefined)
    return (await import("./embed.ts")).presentEmbedded(room, plan, asked, view, returning, stored, changed);
  const grant = requireGrant(room, asked, "read", plan);
  const rule = (filter: Filter): Promise<Filter> | Filter =>
    changed === undefined ? filter : asAfter(room, view, filter, { table: plan.name, rows: stored, changed });
  const fieldRules = new Map<string, Filter>();
  for (const [name, filter] of grant.read) fieldRules.set(name, await rule(filter));
  const visibility = visibilityOf(plan, fieldRules);
  const shape = room.shapes.of(plan, returning.select, visibility);
  const rowRule = await rule(grant.old);
  const { isMember } = await answerMembers(view, [rowRule], stored);
  const readable = stored.filter((row) => room.passes(rowRule, row, undefined, isMember));
  if (returning.single) requireSingle(readable.length);
  const damaged = (field: string, row: Uint8Array): void => room.trail.note(damagedRecord(room, asked, plan.name, field, row));
  const needs = { plan, shape, visibility, cipher: room.cipher, passes: room.passes, nulls: returning.nulls, damaged };
  const rows = readable.map((row) => shape.columns.map((column) => row[column] ?? null));
  return { rows: rows.length, total: undefined, json: await presentRows(needs, view, rows) };
}
