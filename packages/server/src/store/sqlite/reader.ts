import { Fault } from "../../kit/index.ts";
import type { Value } from "../../model/value.ts";
import type { Query, Row, View } from "../contract.ts";
import { createStatements, type Statements } from "./batch.ts";
import type { Catalog } from "./catalog.ts";
import type { Connection } from "./driver.ts";
import { createGate, type Gate, type Plans } from "./gate.ts";
import { compileCount, compileGet, compileQuery } from "./query.ts";
import { keyValues } from "./step.ts";

/** One connection that only reads, with what it has prepared. Used by one view at a time. */
export interface Reader {
  /** Takes a snapshot now. The view is closed for ever by `end`, also where somebody has kept it. */
  begin(): View;
  end(): void;
  /** Statements of the store itself. */
  readonly statements: Statements;
  readonly gate: Gate;
  close(): void;
}

type Get = ReturnType<typeof compileGet> & { readonly statement: ReturnType<Statements["rows"]> };

export function createReader(connection: Connection, catalog: Catalog, plans: Plans, scanRowsMax: number): Reader {
  connection.pragma("query_only=ON", { simple: true });
  const statements = createStatements(connection);
  const gate = createGate(connection, catalog, plans, scanRowsMax);
  const gets = new Map<string, Get>();
  let moment = { isOpen: false };

  function prepareGet(name: string, table: string, columns: readonly string[]): Get {
    if (gets.size >= GETS_MAX) gets.clear();
    const compiled = compileGet(catalog, table, columns);
    const get = { ...compiled, statement: connection.prepare(compiled.sql).raw() };
    gets.set(name, get);
    return get;
  }

  const createView = (mine: { readonly isOpen: boolean }): View => ({
    async read(query: Query) {
      check(mine.isOpen);
      const compiled = compileQuery(catalog, query);
      if (compiled.isEmpty) return [];
      const rows = statements
        .rows(gate.pass(compiled))
        .all(...compiled.values)
        .filter(isRow);
      for (const row of rows) plainBytes(row, compiled.blobs);
      return rows;
    },
    async get(table, key, columns) {
      check(mine.isOpen);
      const name = `${table}\0${columns.join()}`;
      const get = gets.get(name) ?? prepareGet(name, table, columns);
      const row = get.statement.get(...keyValues(get.table, key));
      if (!isRow(row)) return undefined;
      plainBytes(row, get.blobs);
      return row;
    },
    async count(query) {
      check(mine.isOpen);
      const compiled = compileCount(catalog, query);
      return compiled.isEmpty ? 0 : Number(statements.number(gate.pass(compiled)).get(...compiled.values));
    },
  });

  const begin = connection.prepare("BEGIN");
  // A snapshot is taken by the first read after BEGIN, and it shall be taken now.
  const look = connection.prepare("SELECT position FROM hf_state").pluck();
  const end = connection.prepare("ROLLBACK");

  return {
    begin() {
      begin.run();
      look.get();
      moment = { isOpen: true };
      return createView(moment);
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

const GETS_MAX = 512;

function check(isOpen: boolean): void {
  if (!isOpen) throw new Fault("store.unavailable", "This moment of the store has been closed; it lived too long or its work has ended.");
}

/** The driver gives Buffers; what leaves the store is plain bytes, as it came in. */
function plainBytes(row: Value[], blobs: readonly number[]): void {
  for (const place of blobs) {
    const value = row[place];
    if (value instanceof Uint8Array) row[place] = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
}

function isRow(row: unknown): row is Value[] & Row {
  return Array.isArray(row);
}
