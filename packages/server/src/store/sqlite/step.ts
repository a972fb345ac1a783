import { Fault } from "../../kit/index.ts";
import type { Filter } from "../../model/filter.ts";
import type { Value } from "../../model/value.ts";
import type { RowValues, Step } from "../contract.ts";
import { type Catalog, type ColumnEntry, type TableEntry, tableOf } from "./catalog.ts";
import { compileFilter, fitting, slotList, TRUE } from "./filter.ts";
import type { Candidate, Gate } from "./gate.ts";
import { keySql } from "./query.ts";

const STEPS_MAX = 20_000;

/** One step as the writer runs it: SQL by shape, values as parameters. Plain data, because it crosses to the writer's thread. */
export interface Operation {
  readonly do: Step["do"];
  readonly table: number;
  readonly sql: string;
  /** Of an append: what follows position and n. */
  readonly values: readonly Value[];
  /** Of an expectation. */
  readonly rows: number;
  readonly change: Change | undefined;
}

/** What the writer needs to leave a change record. Rows are read and told in the order of `columns`, the row version last. */
export interface Change {
  /** Reads the rows as they are before an update, a delete or a clear; "" for an insert. */
  readonly readSql: string;
  readonly readValues: readonly Value[];
  /** Column numbers; 0 is the row version. */
  readonly columns: readonly number[];
  /** Places in `columns`. */
  readonly key: readonly number[];
  readonly subject: number | undefined;
  /** Of an insert: the whole row. Of an update: [place, value] pairs, flat. */
  readonly set: readonly Value[];
}

/** Turns steps into operations. What reads rows by a filter passes the cost gate first: the writer serves everyone. */
export type StepCompiler = (steps: readonly Step[], gate: Gate) => readonly Operation[];

export function createStepCompiler(catalog: Catalog): StepCompiler {
  const inserts = new Map<string, string>();
  return (steps, gate) => {
    if (steps.length > STEPS_MAX) throw new Fault("data.invalid", `A batch may have at most ${STEPS_MAX} steps.`);
    return steps.map((step) => compile(catalog, inserts, gate, step));
  };
}

function compile(catalog: Catalog, inserts: Map<string, string>, gate: Gate, step: Step): Operation {
  const table = tableOf(catalog, step.table);
  switch (step.do) {
    case "insert":
      return insert(inserts, ofKind(table, "rows"), step.row);
    case "append":
      return operation(ofKind(table, "log"), "append", insertSql(inserts, table), rowValues(table, step.row), undefined);
    case "update":
      return update(ofKind(table, "rows"), step);
    case "delete":
      return oneRow(ofKind(table, "rows"), step, `DELETE FROM ${table.sql}`, [], []);
    case "clear":
      return clear(catalog, table, gate, step);
    case "expect":
      return expect(catalog, table, gate, step);
  }
}

function clear(catalog: Catalog, table: TableEntry, gate: Gate, { where }: Step & { do: "clear" }): Operation {
  const { sql: condition, values: found } = compileFilter(catalog, table, where);
  const values = found.map(alone);
  const sql = `DELETE FROM ${table.sql}${condition === TRUE ? "" : ` WHERE ${condition}`}`;
  // To clear everything is to look at everything, and is meant so.
  if (condition !== TRUE) gate.pass(candidate(table, where, sql, values));
  return operation(table, "clear", sql, values, change(table, condition, values, []));
}

function expect(catalog: Catalog, table: TableEntry, gate: Gate, { where, rows }: Step & { do: "expect" }): Operation {
  if (!Number.isSafeInteger(rows) || rows < 0) throw new Fault("data.invalid", "An expectation counts rows in whole numbers from 0.");
  const { sql: condition, values: found } = compileFilter(catalog, table, where);
  const values = found.map(alone);
  // One row more than expected is enough to know.
  values.push(rows + 1);
  const sql = `SELECT count(*) FROM (SELECT 1 FROM ${table.sql}${condition === TRUE ? "" : ` WHERE ${condition}`} LIMIT ?)`;
  gate.pass({ ...candidate(table, where, sql, values), walkedRows: condition === TRUE ? rows + 1 : undefined });
  return { ...operation(table, "expect", sql, values, undefined), rows };
}

function candidate(table: TableEntry, where: Filter, sql: string, values: readonly Value[]): Candidate {
  return { sql, key: sql, sortedSql: undefined, values, walkedRows: undefined, scope: { table: table.name, where, order: [] } };
}

function operation(table: TableEntry, verb: Step["do"], sql: string, values: readonly Value[], changed: Change | undefined): Operation {
  return { do: verb, table: table.id, sql, values, rows: 0, change: changed };
}

function insert(inserts: Map<string, string>, table: TableEntry, row: RowValues): Operation {
  const values = rowValues(table, row);
  return operation(table, "insert", insertSql(inserts, table), values, change(table, "", [], values));
}

function update(table: TableEntry, step: Step & { do: "update" }): Operation {
  const columns = Object.keys(step.set).map((name) => writable(table, name));
  if (columns.some((column) => table.key.includes(column)))
    throw new Fault("data.invalid", `The key of a row of ${table.name} never changes.`);
  const values = columns.map((column) => writing(column, step.set[column.name] ?? null));
  const set = [...columns.map(({ sql }) => `${sql} = ?`), "v = v + 1"].join(",");
  const pairs = columns.flatMap((column, at) => [table.columns.indexOf(column), values[at] ?? null]);
  return oneRow(table, step, `UPDATE ${table.sql} SET ${set}`, values, pairs);
}

/** The one row with this key, in this version. */
function oneRow(
  table: TableEntry,
  step: Step & { do: "update" | "delete" },
  head: string,
  values: readonly Value[],
  set: readonly Value[],
): Operation {
  const where = `${keySql(table)} AND v = ?`;
  const key = [...keyValues(table, step.key).map(alone), step.version];
  return operation(table, step.do, `${head} WHERE ${where}`, [...values, ...key], change(table, where, key, set));
}

export function keyValues(table: TableEntry, key: readonly Value[]): readonly Value[] {
  if (key.length !== table.key.length) throw new Fault("data.invalid", `The key of ${table.name} has ${table.key.length} columns.`);
  return table.key.map((column, at) => fitting(column, key[at] ?? null));
}

function insertSql(inserts: Map<string, string>, table: TableEntry): string {
  const known = inserts.get(table.name);
  if (known !== undefined) return known;
  const columns = table.columns.map(({ sql }) => sql);
  const slots = slotList(columns.length);
  const sql =
    table.kind === "rows"
      ? `INSERT INTO ${table.sql} (${columns.join(",")},v) VALUES (${slots},1)`
      : `INSERT INTO ${table.sql} (p,n,${columns.join(",")}) VALUES (?,?,${slots})`;
  inserts.set(table.name, sql);
  return sql;
}

/** The values of a whole row in the order of its columns; what is not named is null. */
function rowValues(table: TableEntry, row: RowValues): readonly Value[] {
  let named = 0;
  const values = table.columns.map((column) => {
    const value = row[column.name];
    if (value === undefined) return writing(column, null);
    named += 1;
    return writing(column, value);
  });
  if (named !== Object.keys(row).length) {
    for (const name of Object.keys(row)) writable(table, name);
    throw new Fault("data.invalid", `A row of ${table.name} has a column without a value.`);
  }
  return values;
}

function writable(table: TableEntry, name: string): ColumnEntry {
  const column = table.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new Fault("data.missing", `The table ${table.name} has no column named ${name} that can be written.`);
  return column;
}

function writing(column: ColumnEntry, value: Value): Value {
  if (value === null && !column.nullable) throw new Fault("data.invalid", `The field ${column.name} needs a value.`);
  if (typeof value === "string" && (value.includes("\0") || !value.isWellFormed()))
    throw new Fault("data.invalid", `The field ${column.name} takes well-formed text without NUL.`);
  if (column.type === "integer" && value !== null && !Number.isSafeInteger(value))
    throw new Fault("data.invalid", `The field ${column.name} takes whole numbers within ±(2^53−1).`);
  return alone(fitting(column, value));
}

/** A view into a larger buffer would take all of it along to the writer's thread. */
function alone(value: Value): Value {
  return value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength ? new Uint8Array(value) : value;
}

function change(table: TableEntry, where: string, values: readonly Value[], set: readonly Value[]): Change | undefined {
  if (!table.changes) return undefined;
  const readSql = where === "" ? "" : `SELECT ${table.columns.map(({ sql }) => sql).join(",")},v FROM ${table.sql} WHERE ${where}`;
  const subject = table.subject === undefined ? undefined : table.columns.indexOf(table.subject);
  return {
    readSql,
    readValues: values,
    columns: [...table.columns.map(({ id }) => id), 0],
    key: table.key.map((column) => table.columns.indexOf(column)),
    subject,
    set,
  };
}

function ofKind(table: TableEntry, kind: TableEntry["kind"]): TableEntry {
  if (table.kind === kind) return table;
  throw new Fault(
    "data.invalid",
    `The table ${table.name} is ${kind === "log" ? "not a log: rows are inserted" : "a log: rows are appended and never changed"}.`,
  );
}
