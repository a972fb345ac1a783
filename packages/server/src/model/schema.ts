import type { Value } from "./value.ts";

export type ColumnType = "integer" | "real" | "text" | "blob";

export interface Column {
  readonly name: string;
  /** The name it had before, where a rename is said. */
  readonly was?: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** What rows that are already there get when a column that is not nullable is added. */
  readonly fill?: Value;
  /** The table whose key this column must name, or null. Deleting a row that is named is refused. */
  readonly references?: string;
}

export interface Index {
  readonly columns: readonly string[];
  readonly unique: boolean;
}

/**
 * A table by its logical name. SQL identifiers are made by the store from the stable numbers it gives to tables and columns,
 * so no name from a plan or a request ever reaches SQL.
 */
export interface Table {
  readonly name: string;
  readonly was?: string;
  /**
   * `rows`: keyed by `key`; the store adds `row_version` (1 at insert, +1 at each update), readable like any column.
   * `log`: append-only; the store adds the integer key columns `position` (the commit) and `n` (the place within it).
   */
  readonly kind: "rows" | "log";
  readonly key: readonly string[];
  readonly columns: readonly Column[];
  readonly indexes: readonly Index[];
  /** Each write also appends a change record (old and new row as stored) to the outbox. */
  readonly changes: boolean;
  /** With `changes`: the column that names the account whose erasure purges the records, if any. */
  readonly subject?: string;
}

export interface Schema {
  readonly tables: readonly Table[];
}
