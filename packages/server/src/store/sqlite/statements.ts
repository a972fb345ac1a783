import type { Connection, RowStatement, Statement, ValueStatement } from "./driver.ts";

const STATEMENTS_MAX = 512;

/** Prepared statements by their text, which is their shape. Those that were not used for long leave first. */
export interface Statements {
  of(sql: string): Statement;
  /** For statements that answer with rows. */
  rows(sql: string): RowStatement;
  /** For statements that answer with one number. */
  number(sql: string): ValueStatement;
  readonly inTransaction: () => boolean;
}

export function createStatements(connection: Connection): Statements {
  const writes = createCache((sql) => connection.prepare(sql));
  const rows = createCache((sql) => connection.prepare(sql).raw());
  const numbers = createCache((sql) => connection.prepare(sql).pluck());
  return { of: writes, rows, number: numbers, inTransaction: () => connection.inTransaction };
}

function createCache<T>(prepare: (sql: string) => T): (sql: string) => T {
  // Two halves: what is used moves to the young one, and when that is full the old one goes. To find one changes nothing.
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  return (sql) => {
    const found = young.get(sql);
    if (found !== undefined) return found;
    const kept = old.get(sql) ?? prepare(sql);
    if (young.size >= STATEMENTS_MAX / 2) {
      old = young;
      young = new Map();
    }
    young.set(sql, kept);
    return kept;
  };
}
