import { Fault } from "../../kit/index.ts";
import type { Comparison, Filter, Leaf, Sense } from "../../model/filter.ts";
import type { Value } from "../../model/value.ts";
import { type Catalog, type ColumnEntry, columnOf, type TableEntry, tableOf } from "./catalog.ts";
import { jsonPart } from "./json-part.ts";
import { afterPrefix, checkPattern, globOf, literalPrefix } from "./pattern.ts";

const LEAVES_MAX = 500;
const DEPTH_MAX = 40;
const IN_LIST_MAX = 8_192;

/** SQL whose text depends on the shape of the filter alone; every value is a parameter. The text is what statements are cached by. */
export interface Condition {
  readonly sql: string;
  readonly values: Value[];
}

export const TRUE = "1";
export const FALSE = "0";

export function compileFilter(catalog: Catalog, table: TableEntry, filter: Filter): Condition {
  const values: Value[] = [];
  const sql = emit({ catalog, values, leaves: 0 }, table, filter, 0);
  return { sql, values };
}

interface Emission {
  readonly catalog: Catalog;
  readonly values: Value[];
  leaves: number;
}

function emit(emission: Emission, table: TableEntry, filter: Filter, depth: number): string {
  if (depth > DEPTH_MAX) throw new Fault("data.invalid", `A filter may be at most ${DEPTH_MAX} levels deep.`);
  if (filter.op === "all" || filter.op === "any") return join(emission, table, filter, depth);
  emission.leaves += 1;
  if (emission.leaves > LEAVES_MAX) throw new Fault("data.invalid", `A filter may have at most ${LEAVES_MAX} conditions.`);
  if (filter.op === "member") return member(emission, table, filter, depth);
  return leaf(emission.values, table, filter);
}

const JOINS = { all: { neutral: TRUE, absorbing: FALSE, word: " AND " }, any: { neutral: FALSE, absorbing: TRUE, word: " OR " } } as const;

/** Constants fold, so that an index behind `any` of nothing, or beside `all` of nothing, stays usable. */
function join(emission: Emission, table: TableEntry, { op, of }: Filter & { op: "all" | "any" }, depth: number): string {
  const { neutral, absorbing, word } = JOINS[op];
  const mark = emission.values.length;
  let joined = "";
  let parts = 0;
  for (const part of of) {
    const sql = emit(emission, table, part, depth + 1);
    if (sql === absorbing) {
      emission.values.length = mark;
      return absorbing;
    }
    if (sql === neutral) continue;
    joined += parts === 0 ? sql : word + sql;
    parts += 1;
  }
  if (parts === 0) return neutral;
  return parts === 1 ? joined : `(${joined})`;
}

/** An uncorrelated IN (SELECT …): it keeps the indexes of both tables usable, also beside OR. */
function member(emission: Emission, table: TableEntry, filter: Leaf & { op: "member" }, depth: number): string {
  const column = columnOf(table, filter.column);
  const other = tableOf(emission.catalog, filter.table);
  const pick = columnOf(other, filter.pick);
  const where = emit(emission, other, filter.where, depth + 1);
  return inSense(filter.sense, `${column.sql} IN (SELECT ${pick.sql} FROM ${other.sql}${where === TRUE ? "" : ` WHERE ${where}`})`);
}

function leaf(values: Value[], table: TableEntry, filter: Exclude<Leaf, { op: "member" }>): string {
  switch (filter.op) {
    case "compare":
      return compare(values, columnOf(table, filter.column), filter.sense, filter.by, filter.value);
    case "compareColumns":
      return compareColumns(columnOf(table, filter.left), columnOf(table, filter.right), filter.sense, filter.by);
    case "pattern":
      return pattern(values, columnOf(table, filter.column), filter);
    case "in":
      return inList(values, columnOf(table, filter.column), filter.sense, filter.values);
    case "json":
      return json(values, columnOf(table, filter.column), filter);
    case "null":
      return `${columnOf(table, filter.column).sql} IS ${filter.sense === "is" ? "" : "NOT "}NULL`;
  }
}

const OPERATORS: Readonly<Record<Comparison, string>> = { eq: "=", neq: "<>", lt: "<", lte: "<=", gt: ">", gte: ">=" };
/** NOT of each, also for the unknown: it stays unknown. */
const INVERSE: Readonly<Record<Comparison, Comparison>> = { eq: "neq", neq: "eq", lt: "gte", lte: "gt", gt: "lte", gte: "lt" };

function compare(values: Value[], column: ColumnEntry, sense: Sense, by: Comparison, value: Value): string {
  values.push(fitting(column, value));
  return comparison(column.sql, "?", sense, by, !column.nullable && value !== null);
}

function compareColumns(left: ColumnEntry, right: ColumnEntry, sense: Sense, by: Comparison): string {
  if (isNumeric(left) !== isNumeric(right) || (!isNumeric(left) && left.type !== right.type)) {
    throw new Fault("data.invalid", `The fields ${left.name} and ${right.name} cannot be compared: they are of different types.`);
  }
  return comparison(left.sql, right.sql, sense, by, !left.nullable && !right.nullable);
}

/** Positive leaves stand bare, so that indexes stay usable; the unknown is looked at only where it can be. */
function comparison(left: string, right: string, sense: Sense, by: Comparison, isKnown: boolean): string {
  if (sense === "is") return `${left} ${OPERATORS[by]} ${right}`;
  if (sense === "isNot" || isKnown) return `${left} ${OPERATORS[INVERSE[by]]} ${right}`;
  return `(${left} ${OPERATORS[by]} ${right}) IS NOT TRUE`;
}

function pattern(values: Value[], column: ColumnEntry, filter: Leaf & { op: "pattern" }): string {
  if (column.type !== "text") throw new Fault("data.invalid", `The field ${column.name} is not text; patterns do not apply.`);
  checkPattern(filter.by, filter.pattern);
  if (filter.by === "like") return like(values, column, filter.sense, filter.pattern);
  values.push(filter.pattern);
  return inSense(filter.sense, PATTERN_SQL[filter.by](column.sql));
}

const PATTERN_SQL = {
  ilike: (column: string) => `${column} LIKE ? ESCAPE '\\'`,
  match: (column: string) => `re2(?, ${column})`,
  imatch: (column: string) => `re2i(?, ${column})`,
};

/** A literal beginning becomes a range, which an index serves. The plus keeps the engine from planning anew for each value. */
function like(values: Value[], column: ColumnEntry, sense: Sense, source: string): string {
  const glob = globOf(source);
  const prefix = sense === "is" ? literalPrefix(source) : "";
  const end = prefix === "" ? undefined : afterPrefix(prefix);
  if (end === undefined) {
    values.push(glob);
    return inSense(sense, `+${column.sql} GLOB ?`);
  }
  values.push(prefix, end, glob);
  return `(${column.sql} >= ? AND ${column.sql} < ? AND +${column.sql} GLOB ?)`;
}

/** Part of a json column goes where a column would; no index serves it. */
function json(values: Value[], column: ColumnEntry, { sense, steps, as, asks }: Leaf & { op: "json" }): string {
  if (column.type !== "text") throw new Fault("data.invalid", `The field ${column.name} is not json; paths do not apply.`);
  // Nothing is compared with an empty list, and so no part is read.
  if (asks.op === "in" && asks.values.length === 0) return inList(values, column, sense, asks.values);
  if (asks.op === "pattern") {
    checkPattern(asks.by, asks.pattern);
    const isGlob = asks.by === "like";
    // Values come in the order of the text: an expression names its pattern before the part.
    const isFirst = asks.by === "match" || asks.by === "imatch";
    if (isFirst) values.push(asks.pattern);
    const part = jsonPart(values, column.sql, steps, as);
    if (!isFirst) values.push(isGlob ? globOf(asks.pattern) : asks.pattern);
    return inSense(sense, asks.by === "like" ? `${part} GLOB ?` : PATTERN_SQL[asks.by](part));
  }
  const part: ColumnEntry = {
    ...column,
    sql: jsonPart(values, column.sql, steps, as),
    type: as === "number" ? "real" : "text",
    nullable: true,
  };
  if (asks.op === "compare") return compare(values, part, sense, asks.by, asks.value);
  if (asks.op === "in") return inList(values, part, sense, asks.values);
  return inSense(sense, `${part.sql} IS NULL`);
}

/** Lists are padded to the next power of two with their last value: a few shapes instead of one for each length. */
function inList(values: Value[], column: ColumnEntry, sense: Sense, list: readonly Value[]): string {
  // Nothing is compared with an empty list, so nothing is unknown.
  if (list.length === 0) return sense === "is" ? FALSE : TRUE;
  if (list.length > IN_LIST_MAX) throw new Fault("data.invalid", `A list may have at most ${IN_LIST_MAX} values.`);
  const slots = 2 ** Math.ceil(Math.log2(list.length));
  const last = list[list.length - 1] ?? null;
  for (let at = 0; at < slots; at += 1) values.push(fitting(column, at < list.length ? (list[at] ?? null) : last));
  return inSense(sense, `${column.sql} IN (${slotList(slots)})`);
}

export function slotList(count: number): string {
  return count === 1 ? "?" : `?${",?".repeat(count - 1)}`;
}

function inSense(sense: Sense, sql: string): string {
  if (sense === "is") return sql;
  return sense === "isNot" ? `NOT (${sql})` : `(${sql}) IS NOT TRUE`;
}

const JS_TYPES = { integer: "number", real: "number", text: "string" } as const;

/** The value itself, or Fault `data.invalid` where it could never be in this column: the engine would convert it in silence. */
export function fitting(column: ColumnEntry, value: Value): Value {
  if (value === null) return value;
  const fits = column.type === "blob" ? value instanceof Uint8Array : typeof value === JS_TYPES[column.type];
  if (!fits) throw new Fault("data.invalid", `The field ${column.name} is ${column.type}; this value is not.`);
  if (typeof value === "number" && !Number.isFinite(value))
    throw new Fault("data.invalid", `The field ${column.name} takes finite numbers only.`);
  return value;
}

function isNumeric(column: ColumnEntry): boolean {
  return column.type === "integer" || column.type === "real";
}
