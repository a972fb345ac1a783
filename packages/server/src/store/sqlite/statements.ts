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
  const writes = createCache<Statement>();
  const rows = createCache<RowStatement>();
  const numbers = createCache<ValueStatement>();
  return {
    of: (sql) => writes(sql, () => connection.prepare(sql)),
    rows: (sql) => rows(sql, () => connection.prepare(sql).raw()),
    number: (sql) => numbers(sql, () => connection.prepare(sql).pluck()),
    inTransaction: () => connection.inTransaction,
  };
}

/** As many as statements are kept, found by a text. */
export function createCache<T>(): (key: string, make: () => T) => T {
  // Two halves: what is used moves to the young one, and when that is full the old one goes. To find one changes nothing.
  let young = new Map<string, T>();
  let old = new Map<string, T>();
  return (key, make) => {
    const found = young.get(key);
    if (found !== undefined) return found;
    const kept = old.get(key) ?? make();
    if (young.size >= STATEMENTS_MAX / 2) {
      old = young;
      young = new Map();
    }
    young.set(key, kept);
    return kept;
  };
}
