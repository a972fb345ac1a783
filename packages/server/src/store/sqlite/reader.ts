import { Fault } from "../../kit/index.ts";
import type { Value } from "../../model/value.ts";
import type { Query, Row, View } from "../contract.ts";
import type { Catalog } from "./catalog.ts";
import type { Connection, RowStatement } from "./driver.ts";
import { createGate, type Gate, type Plan, type Plans } from "./gate.ts";
import { compileCount, compileGet, compileQuery } from "./query.ts";
import type { Stamp } from "./stamps.ts";
import { createCache, createStatements, type Statements } from "./statements.ts";
import { keyValues } from "./step.ts";
import { readFault } from "./work.ts";

/** One connection that only reads, with what it has prepared. Used by one view at a time. */
export interface Reader {
  /** Takes a snapshot now. The view is closed for ever by `end`, also where somebody has kept it. */
  begin(stamp: Stamp): View;
  end(): void;
  /** Statements of the store itself. */
  readonly statements: Statements;
  readonly gate: Gate;
  close(): void;
}

type Get = ReturnType<typeof compileGet> & { readonly statement: RowStatement };

export function createReader(connection: Connection, catalog: Catalog, plans: Plans, scanRowsMax: number): Reader {
  connection.pragma("query_only=ON", { simple: true });
  const statements = createStatements(connection);
  const gate = createGate(connection, catalog, plans, scanRowsMax);
  // By the list of columns itself: rooms ask with constant lists, and joining names would cost as much as the read.
  const gets = new WeakMap<readonly string[], Map<string, Get>>();
  const ready = createCache<{ readonly plan: Plan; readonly statement: RowStatement }>();
  let moment: Moment = { isOpen: false };

  function prepareGet(table: string, columns: readonly string[]): Get {
    const compiled = compileGet(catalog, table, columns);
    const get = { ...compiled, statement: statements.rows(compiled.sql) };
    const ofColumns = gets.get(columns) ?? new Map<string, Get>();
    gets.set(columns, ofColumns.set(table, get));
    return get;
  }

  function read(query: Query): readonly Row[] {
    const compiled = compileQuery(catalog, query);
    if (compiled.isEmpty) return [];
    const { plan, statement } = ready(compiled.key, () => {
      const chosen = gate.planOf(compiled);
      return { plan: chosen, statement: statements.rows(chosen.sql) };
    });
    gate.check(plan, compiled);
    const rows = statement.all(...compiled.values);
    for (const row of rows) plainBytes(row, compiled.blobs);
    return rows;
  }

  function get(table: string, key: readonly Value[], columns: readonly string[]): Row | undefined {
    const prepared = gets.get(columns)?.get(table) ?? prepareGet(table, columns);
    const row = prepared.statement.get(...keyValues(prepared.table, key));
    if (row !== undefined) plainBytes(row, prepared.blobs);
    return row;
  }

  function count(query: Pick<Query, "table" | "where">): number {
    const compiled = compileCount(catalog, query);
    if (compiled.isEmpty) return 0;
    gate.pass(compiled);
    return Number(statements.number(compiled.sql).get(...compiled.values));
  }

  const createView = (mine: Moment, stamp: Stamp): View => ({
    stamp,
    read: (query) => looking(mine, () => read(query)),
    get: (table, key, columns) => looking(mine, () => get(table, key, columns)),
    count: (query) => looking(mine, () => count(query)),
  });

  const begin = connection.prepare("BEGIN");
  // A snapshot is taken by the first read after BEGIN, and it shall be taken now.
  const look = connection.prepare("SELECT position FROM hf_state").pluck();
  const end = connection.prepare("ROLLBACK");

  return {
    begin(stamp) {
      try {
        begin.run();
        look.get();
      } catch (error) {
        throw readFault(error);
      }
      moment = { isOpen: true };
      return createView(moment, stamp);
    },
    end() {
      moment.isOpen = false;
      if (connection.inTransaction) end.run();
    },
    statements,
    gate,
    close() {
      moment.isOpen = false;
      connection.close();
    },
  };
}

interface Moment {
  isOpen: boolean;
}

async function looking<T>({ isOpen }: Moment, work: () => T): Promise<T> {
  if (!isOpen) throw new Fault("store.unavailable", "This moment of the store has been closed; it lived too long or its work has ended.");
  try {
    return work();
  } catch (error) {
    throw readFault(error);
  }
}

/** The driver gives Buffers; what leaves the store is plain bytes, as it came in. */
function plainBytes(row: Value[], blobs: readonly number[]): void {
  for (const place of blobs) {
    const value = row[place];
    if (value instanceof Uint8Array) row[place] = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
}
