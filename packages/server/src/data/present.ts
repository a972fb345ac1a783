import type { Passes } from "../access/contract.ts";
import { Fault, type Id, isFault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import { printAt } from "../model/index.ts";
import type { Value } from "../model/value.ts";
import type { Row, RowValues, View } from "../store/contract.ts";
import { type Cipher, type RowPlace, rowPlace } from "./cipher.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import { answerMembers, type Members } from "./members.ts";
import { type Cell, cellFilters, type Shape } from "./shape.ts";
import type { Visibility } from "./visibility.ts";

export interface PresentNeeds {
  readonly plan: CollectionPlan;
  readonly shape: Shape;
  readonly visibility: Visibility;
  readonly cipher: Cipher;
  readonly passes: Passes;
  readonly nulls: "kept" | "stripped";
  /** Told before the fault leaves, when stored bytes do not open where they lie. */
  readonly damaged: (field: string, row: Id) => void;
}

/** Prints rows, in the order of the shape's columns, as a JSON array: only what may be read, and in which row it may be read. */
export function presentRows(needs: PresentNeeds, view: View, rows: readonly Row[]): Promise<string> | string {
  if (rows.length === 0) return "[]";
  return needs.shape.isPlain ? printPlain(needs.shape.cells, rows, needs.nulls) : printGuarded(needs, view, rows);
}

/** Cells that are encrypted, open in some rows only, or parts of json values. */
async function printGuarded(needs: PresentNeeds, view: View, rows: readonly Row[]): Promise<string> {
  return `[${(await presentEach(needs, view, rows)).join(",")}]`;
}

/** Each row as a JSON object of its own. The rows may have more columns behind those of the shape. */
export async function presentEach(needs: PresentNeeds, view: View, rows: readonly Row[]): Promise<readonly string[]> {
  const { shape } = needs;
  if (shape.isPlain) return rows.map((row) => printPlain(shape.cells, [row], needs.nulls).slice(1, -1));
  const values = rows.map((row) => byName(shape.columns, row));
  const filters = cellFilters(shape, needs.visibility);
  const asked = shape.hasConditional ? filters.filter((filter) => filter !== undefined) : [];
  const members = await answerMembers(view, asked, values);
  return rows.map((row, at) => printRow(needs, row, values[at] ?? {}, filters, members));
}

/** The common case: every cell is open and plain. */
function printPlain(cells: readonly Cell[], rows: readonly Row[], nulls: "kept" | "stripped"): string {
  let json = "[";
  for (const row of rows) {
    let separator = json === "[" ? "{" : ",{";
    for (const { key, at, print } of cells) {
      const value = row[at] ?? null;
      if (value === null && nulls === "stripped") continue;
      json += separator + key + (value === null ? "null" : print(value));
      separator = ",";
    }
    json += separator === "," ? "}" : `${separator}}`;
  }
  return `${json}]`;
}

function printRow(
  needs: PresentNeeds,
  row: Row,
  values: RowValues,
  filters: readonly (Filter | undefined)[],
  { isMember }: Members,
): string {
  const parts: string[] = [];
  let place: RowPlace | undefined;
  for (const [index, cell] of needs.shape.cells.entries()) {
    const filter = cell.conditional ? filters[index] : undefined;
    const isOpen = filter === undefined || needs.passes(filter, values, undefined, isMember);
    const stored = isOpen ? (row[cell.at] ?? null) : null;
    if (stored === null && needs.nulls === "stripped") continue;
    if (cell.encrypted && stored !== null) place ??= rowPlace(needs.plan, values);
    const value = place !== undefined && cell.encrypted ? openCell(needs, cell, stored, place) : stored;
    const printed = printValue(cell, value);
    if (printed !== "null" || needs.nulls === "kept") parts.push(cell.key + printed);
  }
  return `{${parts.join(",")}}`;
}

function printValue({ path, print }: Cell, value: Value): string {
  if (value === null) return "null";
  return path === undefined ? print(value) : printAt(String(value), path);
}

function openCell({ plan, cipher, damaged }: PresentNeeds, { field }: Cell, stored: Value, place: RowPlace): Value {
  try {
    return cipher.open(plan, field, stored, place);
  } catch (cause) {
    damaged(field.name, place.row);
    if (isFault(cause)) throw cause;
    throw new Fault("vault.refused", "A stored value does not open.", { cause });
  }
}

export function byName(columns: readonly string[], row: Row): RowValues {
  const values: Record<string, Value> = Object.create(null);
  for (let at = 0; at < columns.length; at++) values[columns[at] ?? ""] = row[at] ?? null;
  return values;
}
