import { Fault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { RowValues, View } from "../store/contract.ts";
import { type Asked, type DataRoom, requireGrant, tenantOf } from "./asked.ts";
import { type OldRow, oldRow, oldRowColumns } from "./changes.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import type { InputRow } from "./input.ts";
import { valueKey } from "./members.ts";
import { TENANT_FIELD } from "./tables.ts";
import type { Pair } from "./update.ts";

/** Keys that one query asks for. */
const KEYS_PER_QUERY_MAX = 100;

export interface Sorted {
  readonly fresh: readonly InputRow[];
  readonly there: readonly Pair[];
}

export interface OnConflict {
  readonly columns: readonly string[];
  readonly resolve: "merge" | "ignore";
}

/** Parts rows that are not there yet from rows that are, by the key that the caller names. */
export async function sortByConflict(
  room: DataRoom,
  plan: CollectionPlan,
  asked: Asked,
  view: View,
  inputs: readonly InputRow[],
  onConflict: OnConflict,
): Promise<Sorted> {
  const columns = conflictColumns(plan, onConflict.columns);
  // Asked before anything is looked up, so that what comes back does not tell whether a row is there.
  if (onConflict.resolve === "merge") requireGrant(room, asked, "update", plan);
  const keyed = inputs.map((input) => ({ input, key: conflictKey(room, plan, asked, columns, input.values) }));
  const there = await rowsWithKeys(
    plan,
    view,
    keyed.flatMap(({ key }) => (key === undefined ? [] : [key])),
  );
  const fresh: InputRow[] = [];
  const pairs: Pair[] = [];
  const seen = new Set<string>();
  for (const { input, key } of keyed) {
    const before = key === undefined ? undefined : there.get(key.text);
    const isRepeated = key !== undefined && seen.has(key.text);
    if (isRepeated && onConflict.resolve === "merge") throw repeated();
    if (key !== undefined) seen.add(key.text);
    if (before !== undefined) pairs.push({ before, input });
    else if (!isRepeated) fresh.push(input);
  }
  if (onConflict.resolve === "merge")
    await requireChangeable(
      room,
      plan,
      asked,
      view,
      pairs.map(({ before }) => before),
    );
  return { fresh, there: pairs };
}

interface ConflictKey {
  readonly text: string;
  /** By column: blind indexes stand for encrypted fields. */
  readonly cells: readonly (readonly [column: string, value: Value])[];
}

/** The id, or exactly the fields of one unique rule. */
function conflictColumns(plan: CollectionPlan, named: readonly string[]): readonly string[] {
  if (named.length === 0 || (named.length === 1 && named[0] === "id")) return ["id"];
  const asked = [...new Set([...named, ...(plan.collection.tenant ? [TENANT_FIELD] : [])])].sort().join();
  const unique = plan.collection.uniques.find((candidate) => [...candidate.fields].sort().join() === asked);
  if (unique !== undefined) return unique.fields;
  throw new Fault("data.invalid", "No unique rule of the collection is over exactly these fields.", { detail: { because: "no-unique" } });
}

/** `undefined` where a part is null: null is never the same as another null, so such a row is always new. */
function conflictKey(
  room: DataRoom,
  plan: CollectionPlan,
  asked: Asked,
  columns: readonly string[],
  values: RowValues,
): ConflictKey | undefined {
  const tenant = tenantOf(plan, asked.actor);
  const cells: (readonly [string, Value])[] = [];
  for (const name of columns) {
    const field = plan.fields.get(name);
    const value =
      name === TENANT_FIELD && plan.collection.tenant ? tenant : (values[name] ?? (name === "id" ? null : (field?.field.default ?? null)));
    if (field === undefined || value === null) return undefined;
    // The oldest live key is the one under which every row is indexed.
    const [lookup] = field.lookups;
    cells.push(lookup === undefined ? [name, value] : [lookup.column, room.cipher.index(plan, field, lookup.keyId, value, tenant)]);
  }
  return { cells, text: keyText(cells.map(([, value]) => value)) };
}

function keyText(values: readonly Value[]): string {
  return values.map((value) => `${valueKey(value).length}:${valueKey(value)}`).join("");
}

async function rowsWithKeys(plan: CollectionPlan, view: View, keys: readonly ConflictKey[]): Promise<ReadonlyMap<string, OldRow>> {
  const found = new Map<string, OldRow>();
  for (let from = 0; from < keys.length; from += KEYS_PER_QUERY_MAX) {
    const some = keys.slice(from, from + KEYS_PER_QUERY_MAX);
    for (const row of await view.read({ table: plan.name, columns: oldRowColumns(plan), where: anyKey(some) })) {
      const old = oldRow(plan, row);
      found.set(keyText((some[0]?.cells ?? []).map(([column]) => old.stored[column] ?? null)), old);
    }
  }
  return found;
}

function anyKey(keys: readonly ConflictKey[]): Filter {
  const columns = keys[0]?.cells.map(([column]) => column) ?? [];
  const [only] = columns;
  if (columns.length === 1 && only !== undefined) {
    return { op: "in", sense: "is", column: only, values: keys.map(({ cells }) => cells[0]?.[1] ?? null) };
  }
  return {
    op: "any",
    of: keys.map(
      ({ cells }): Filter => ({ op: "all", of: cells.map(([column, value]) => ({ op: "compare", sense: "is", column, by: "eq", value })) }),
    ),
  };
}

/** A row in the way that the caller may not read and change is a bare conflict: what it holds is not told. */
async function requireChangeable(room: DataRoom, plan: CollectionPlan, asked: Asked, view: View, rows: readonly OldRow[]): Promise<void> {
  const update = requireGrant(room, asked, "update", plan);
  const read = room.grant(asked.actor, "read", plan.collection, room.clock.now());
  const rule: Filter = { op: "all", of: read.allow ? [update.old, read.old] : [{ op: "any", of: [] }] };
  for (let from = 0; from < rows.length; from += KEYS_PER_QUERY_MAX) {
    const values = rows.slice(from, from + KEYS_PER_QUERY_MAX).map(({ id }) => id);
    const found = await view.count({ table: plan.name, where: { op: "all", of: [{ op: "in", sense: "is", column: "id", values }, rule] } });
    if (found < values.length) throw new Fault("data.conflict", "A value that must be unique is taken.", { detail: { because: "taken" } });
  }
}

function repeated(): Fault {
  return new Fault("data.invalid", "Two rows of one request have the same key; each row can be changed once.", {
    detail: { because: "repeated" },
  });
}
