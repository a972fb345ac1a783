import type { Connection, RowStatement, Statement, ValueStatement } from "./driver.ts";

const STATEMENTS_MAX = 512;

/** Prepared statements by their text, which is their shape. The least recently used leaves first. */
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
  const known = new Map<string, T>();
  return (sql) => {
    const found = known.get(sql);
    if (found !== undefined) {
      known.delete(sql);
      known.set(sql, found);
      return found;
    }
    const oldest = known.keys().next();
    if (known.size >= STATEMENTS_MAX && !oldest.done) known.delete(oldest.value);
    const fresh = prepare(sql);
    known.set(sql, fresh);
    return fresh;
  };
}
