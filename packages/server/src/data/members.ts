import type { Check } from "../access/contract.ts";
import { Fault } from "../kit/index.ts";
import type { Filter, Leaf } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { RowValues, Step, View } from "../store/contract.ts";

export type MemberLeaf = Leaf & { readonly op: "member" };

/** What relations say about some rows, as of one snapshot. */
export interface Members {
  isMember(leaf: MemberLeaf, value: Value): boolean;
  /** Repeats the answers in a batch, so that a relation that changes meanwhile refuses it. */
  expectations(): readonly Step[];
}

/** Values that one query asks for. */
const VALUES_PER_QUERY_MAX = 200;

/** Asks beforehand whatever the checks will want to know about these rows: one query for each relation and handful of values. */
export async function answerMembers(view: View, checks: readonly Check[], rows: readonly RowValues[]): Promise<Members> {
  const answers = new Map<MemberLeaf, Map<string, { readonly value: Value; rows: number }>>();
  for (const leaf of checks.flatMap(memberLeaves)) {
    if (!answers.has(leaf)) answers.set(leaf, await answer(view, leaf, rows));
  }
  return {
    isMember(leaf, value) {
      if (value === null) return false;
      const answered = answers.get(leaf)?.get(valueKey(value));
      // A "no" for want of an answer would be a "yes" behind a negation.
      if (answered === undefined) throw new Fault("internal", "A rule asked about a relation that was not looked at beforehand.");
      return answered.rows > 0;
    },
    expectations: () =>
      [...answers].flatMap(([leaf, asked]) =>
        [...asked.values()].map(
          ({ value, rows: found }): Step => ({
            do: "expect",
            table: leaf.table,
            where: { op: "all", of: [leaf.where, picked(leaf, [value])] },
            rows: found,
          }),
        ),
      ),
  };
}

async function answer(
  view: View,
  leaf: MemberLeaf,
  rows: readonly RowValues[],
): Promise<Map<string, { readonly value: Value; rows: number }>> {
  const asked = new Map<string, { readonly value: Value; rows: number }>();
  for (const row of rows) {
    const value = row[leaf.column];
    if (value !== null && value !== undefined) asked.set(valueKey(value), { value, rows: 0 });
  }
  const values = [...asked.values()].map(({ value }) => value);
  for (let from = 0; from < values.length; from += VALUES_PER_QUERY_MAX) {
    const where: Filter = { op: "all", of: [leaf.where, picked(leaf, values.slice(from, from + VALUES_PER_QUERY_MAX))] };
    for (const [value = null] of await view.read({ table: leaf.table, columns: [leaf.pick], where })) {
      const entry = asked.get(valueKey(value));
      if (entry !== undefined) entry.rows++;
    }
  }
  return asked;
}

function picked(leaf: MemberLeaf, values: readonly Value[]): Filter {
  return { op: "in", sense: "is", column: leaf.pick, values };
}

export function memberLeaves(check: Check): readonly MemberLeaf[] {
  if (check.op === "member") return [check];
  return check.op === "all" || check.op === "any" ? check.of.flatMap(memberLeaves) : [];
}

/** Values as keys of a map: equal texts for equal values, and for no others. */
export function valueKey(value: Value): string {
  if (value instanceof Uint8Array) return `b${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1")}`;
  return value === null ? "" : typeof value === "number" ? `n${value}` : `t${value}`;
}
