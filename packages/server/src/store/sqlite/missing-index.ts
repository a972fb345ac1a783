import type { Filter, Leaf } from "../../model/filter.ts";
import type { Order } from "../contract.ts";
import type { TableEntry } from "./catalog.ts";
import { literalPrefix } from "./pattern.ts";

type Indexes = readonly (readonly string[])[];

/**
 * The indexes, by logical names, that would let this filter (else this order) find the rows of a table without looking at all of
 * them; `undefined` where no index can, as with what is only negated.
 */
export function missingIndexes(
  table: TableEntry,
  scope: { readonly table: string; readonly where: Filter; readonly order: readonly Order[] },
): Indexes | undefined {
  const filters = scope.table === table.name ? [scope.where, ...within(table.name, scope.where)] : within(table.name, scope.where);
  const wanted = filters.flatMap((filter) => wants(table, filter) ?? []);
  if (wanted.length > 0) return wanted;
  const ordered = scope.table === table.name ? scope.order.map(({ column }) => column) : [];
  return ordered.length > 0 && !isServed(table, ordered[0] ?? "") ? [ordered] : undefined;
}

/** The conditions under which other leaves look into this table. */
function within(table: string, filter: Filter): readonly Filter[] {
  if (filter.op === "all" || filter.op === "any") return filter.of.flatMap((part) => within(table, part));
  if (filter.op !== "member") return [];
  return [...(filter.table === table ? [filter.where] : []), ...within(table, filter.where)];
}

/** None when an index serves the filter already; `undefined` when none could. */
function wants(table: TableEntry, filter: Filter): Indexes | undefined {
  if (filter.op === "any") {
    const parts = filter.of.map((part) => wants(table, part));
    return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
  }
  if (filter.op === "all") return wantsForAll(table, filter.of);
  if (!canUseIndex(filter)) return undefined;
  return isServed(table, filter.column) ? [] : [[filter.column]];
}

function wantsForAll(table: TableEntry, of: readonly Filter[]): Indexes | undefined {
  const parts = of.map((part) => wants(table, part));
  if (parts.some((part) => part?.length === 0)) return [];
  const equal = of.flatMap((part) => (part.op === "compare" && part.sense === "is" && part.by === "eq" ? [part.column] : []));
  if (equal.length > 0) return [equal];
  return parts.find((part) => part !== undefined);
}

function canUseIndex(leaf: Leaf): leaf is Leaf & { readonly column: string } {
  if (leaf.op === "compareColumns" || leaf.op === "json" || leaf.sense !== "is") return false;
  if (leaf.op === "compare") return leaf.by !== "neq";
  return leaf.op !== "pattern" || (leaf.by === "like" && literalPrefix(leaf.pattern) !== "");
}

function isServed(table: TableEntry, column: string): boolean {
  return table.indexes.some((columns) => columns[0] === column);
}
