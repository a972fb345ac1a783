import { Fault } from "../../kit/index.ts";
import type { Value } from "../../model/value.ts";
import type { Order, Query, Wanted } from "../contract.ts";
import { type Catalog, type ColumnEntry, columnOf, type TableEntry, tableOf } from "./catalog.ts";
import { compileFilter, FALSE, TRUE } from "./filter.ts";
import type { Candidate } from "./gate.ts";

const ORDER_COLUMNS_MAX = 16;

export interface CompiledQuery extends Candidate {
  /** The places of the answer's columns that hold bytes. */
  readonly blobs: readonly number[];
  /** No row can pass: nothing needs to run. */
  readonly isEmpty: boolean;
}

export function compileQuery(catalog: Catalog, query: Query): CompiledQuery {
  const table = tableOf(catalog, query.table);
  const { tag, sql: select, blobs } = pickOf(table, query.columns);
  const { sql: condition, values } = compileFilter(catalog, table, query.where);
  const where = condition === TRUE ? "" : ` WHERE ${condition}`;
  const order = query.order ?? [];
  const page = pageSql(query, values);
  const tail = where + orderSql(table, order, "") + page;
  return {
    scope: { table: query.table, where: query.where, order },
    sql: select + tail,
    key: tag + tail,
    sortedSql: order.length > 0 && where !== "" ? select + where + orderSql(table, order, "+") + page : undefined,
    values,
    blobs,
    isEmpty: condition === FALSE || query.limit === 0,
    walkedRows: where === "" && query.limit !== undefined ? query.limit + (query.offset ?? 0) : undefined,
  };
}

export function compileGet(
  catalog: Catalog,
  name: string,
  columnNames: readonly string[],
): { readonly table: TableEntry; readonly sql: string; readonly blobs: readonly number[] } {
  const table = tableOf(catalog, name);
  const { sql, blobs } = pickOf(table, columnNames);
  return { table, sql: `${sql} WHERE ${keySql(table)}`, blobs };
}

export function compileCount(catalog: Catalog, query: Pick<Query, "table" | "where">): CompiledQuery {
  const table = tableOf(catalog, query.table);
  const { sql: where, values } = compileFilter(catalog, table, query.where);
  // How many rows a table has is kept with each commit: nobody has to look at them.
  const sql = where === TRUE ? "SELECT row_count FROM hf_table WHERE id = ?" : `SELECT count(*) FROM ${table.sql} WHERE ${where}`;
  if (where === TRUE) values.push(table.id);
  return {
    scope: { table: query.table, where: query.where, order: [] },
    sql,
    key: sql,
    sortedSql: undefined,
    values,
    blobs: [],
    isEmpty: where === FALSE,
    walkedRows: undefined,
  };
}

export function keySql(table: TableEntry): string {
  return table.key.map(({ sql }) => `${sql} = ?`).join(" AND ");
}

/** What is read of a table. */
interface Picked {
  readonly table: TableEntry;
  /** Stands for `sql` where statements are looked up. */
  readonly tag: string;
  readonly sql: string;
  readonly blobs: readonly number[];
}

/** By the list of columns itself: most lists are constant, or are kept by those who ask. */
const picks = new WeakMap<readonly Wanted[], Picked>();
let picksMade = 0;

function pickOf(table: TableEntry, wanted: readonly Wanted[]): Picked {
  const known = picks.get(wanted);
  if (known !== undefined && known.table === table) return known;
  if (wanted.length === 0) throw new Fault("data.invalid", "A query names at least one column.");
  const terms = wanted.map((each) => (typeof each === "string" ? columnOf(table, each).sql : hexSql(columnOf(table, each.hex))));
  const blobs = wanted.flatMap((each, at) => (typeof each === "string" && columnOf(table, each).type === "blob" ? [at] : []));
  picksMade += 1;
  const pick = { table, tag: `${picksMade}`, sql: `SELECT ${terms.join(",")} FROM ${table.sql}`, blobs };
  picks.set(wanted, pick);
  return pick;
}

/** hex() makes an empty text of null. */
function hexSql({ sql, name, type, nullable }: ColumnEntry): string {
  if (type !== "blob") throw new Fault("data.invalid", `The field ${name} is ${type}; only bytes are answered as hex.`);
  return nullable ? `iif(${sql} IS NULL, NULL, lower(hex(${sql})))` : `lower(hex(${sql}))`;
}

function orderSql(table: TableEntry, order: readonly Order[], mark: "" | "+"): string {
  if (order.length === 0) return "";
  if (order.length > ORDER_COLUMNS_MAX) throw new Fault("data.invalid", `At most ${ORDER_COLUMNS_MAX} fields can order an answer.`);
  const terms = order.map(({ column: name, direction, nulls }) => {
    const column = columnOf(table, name);
    // The engine's own places for null (first going up, last going down) need no word, and an index serves them.
    const isOwn = !column.nullable || nulls === (direction === "asc" ? "first" : "last");
    return `${mark}${column.sql}${direction === "asc" ? "" : " DESC"}${isOwn ? "" : ` NULLS ${nulls === "first" ? "FIRST" : "LAST"}`}`;
  });
  return ` ORDER BY ${terms.join(",")}`;
}

function pageSql({ limit, offset }: Query, values: Value[]): string {
  for (const count of [limit, offset]) {
    if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0))
      throw new Fault("data.invalid", "Limit and offset are whole numbers from 0.");
  }
  if (limit === undefined && offset === undefined) return "";
  // A limit of −1 is none. The engine plans by the value of a bare "LIMIT ?", and so prepares the statement anew at each use: +? hides it.
  values.push(limit ?? -1);
  if (offset === undefined) return " LIMIT +?";
  values.push(offset);
  return " LIMIT +? OFFSET +?";
}
