import { Fault, type Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { RowValues, View } from "../store/contract.ts";
import type { DataRoom } from "./asked.ts";
import { answerMembers, type MemberLeaf, valueKey } from "./members.ts";

/** Rows of one write that a rule about the written collection itself can take into account: as many as a list of the store. */
const ROWS_MAX = 8_192;

/** What a write makes of its collection: these rows are there afterwards, and those of them that `changed` names are no longer as they were. */
export interface AfterWrite {
  readonly table: string;
  readonly rows: readonly RowValues[];
  readonly changed: readonly Id[];
}

/**
 * The filter that says of the moment before the write what `filter` says of the moment after it, so that its answer can be worked out
 * before it is committed: wherever a rule looks for rows of the collection that is written, the written rows count as they will be.
 */
export async function asAfter(room: DataRoom, view: View, filter: Filter, write: AfterWrite): Promise<Filter> {
  if (filter.op === "member")
    return filter.table === write.table || looksInto(filter.where, write.table) ? memberAfter(room, view, filter, write) : filter;
  if ((filter.op !== "all" && filter.op !== "any") || !looksInto(filter, write.table)) return filter;
  const of: Filter[] = [];
  for (const part of filter.of) of.push(await asAfter(room, view, part, write));
  return { op: filter.op, of };
}

async function memberAfter(room: DataRoom, view: View, leaf: MemberLeaf, write: AfterWrite): Promise<Filter> {
  const where = await asAfter(room, view, leaf.where, write);
  if (leaf.table !== write.table) return { ...leaf, where };
  if (write.rows.length > ROWS_MAX) {
    const message = `The rows of a write to a collection whose rule looks into itself are answered up to ${ROWS_MAX} at once. Ask for return=minimal.`;
    throw new Fault("request.too_large", message, { detail: { rowsMax: ROWS_MAX } });
  }
  const { isMember } = await answerMembers(view, [where], write.rows);
  const joined = write.rows.filter((row) => room.passes(where, row, undefined, isMember));
  const before: MemberLeaf = {
    ...leaf,
    where: { op: "all", of: [where, { op: "in", sense: "isNotTrue", column: "id", values: write.changed }] },
  };
  const sense = leaf.sense === "is" ? "is" : "isNotTrue";
  const now: Filter = { op: "in", sense, column: leaf.column, values: distinct(joined.map((row) => row[leaf.pick] ?? null)) };
  return { op: leaf.sense === "is" ? "any" : "all", of: [before, now] };
}

function looksInto(filter: Filter, table: string): boolean {
  if (filter.op === "all" || filter.op === "any") return filter.of.some((part) => looksInto(part, table));
  return filter.op === "member" && (filter.table === table || looksInto(filter.where, table));
}

function distinct(values: readonly Value[]): readonly Value[] {
  return [...new Map(values.filter((value) => value !== null).map((value) => [valueKey(value), value])).values()];
}
