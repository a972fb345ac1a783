import { Fault } from "../../kit/index.ts";
import type { ColumnType, Table } from "../../model/schema.ts";
import type { Connection } from "./driver.ts";

/** What lies in the schema table about one table: names by stable number, so that a rename moves no byte. */
export interface StoredTable {
  readonly id: number;
  readonly name: string;
  readonly kind: Table["kind"];
  /** Column numbers. */
  readonly key: readonly number[];
  readonly columns: readonly StoredColumn[];
  readonly indexes: readonly StoredIndex[];
  readonly changes: boolean;
  readonly subject: number | null;
  /** Numbers are never given twice, also after a drop. */
  readonly nextColumn: number;
  readonly nextIndex: number;
}

export interface StoredColumn {
  readonly id: number;
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Table number. */
  readonly references: number | null;
}

export interface StoredIndex {
  readonly id: number;
  readonly columns: readonly number[];
  readonly unique: boolean;
  /** Not in the plan: keeps the check of a reference from scanning the table that refers. */
  readonly implied: boolean;
}

export interface ColumnEntry {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
}

export interface TableEntry {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
  readonly kind: Table["kind"];
  readonly key: readonly ColumnEntry[];
  /** Without the hidden ones. */
  readonly columns: readonly ColumnEntry[];
  readonly byName: ReadonlyMap<string, ColumnEntry>;
  readonly indexes: readonly (readonly string[])[];
  readonly changes: boolean;
  readonly subject: ColumnEntry | undefined;
}

export interface Catalog {
  readonly tables: ReadonlyMap<string, TableEntry>;
  readonly bySql: ReadonlyMap<string, TableEntry>;
}

/** The columns that the store keeps. Their numbers are ones that no column of a plan can have. */
export const ROW_VERSION: ColumnEntry = { id: 0, name: "row_version", sql: "v", type: "integer", nullable: false };
export const POSITION: ColumnEntry = { id: -1, name: "position", sql: "p", type: "integer", nullable: false };
export const PLACE: ColumnEntry = { id: -2, name: "n", sql: "n", type: "integer", nullable: false };

export function createCatalog(stored: readonly StoredTable[]): Catalog {
  const entries = stored.map(tableEntry);
  return { tables: new Map(entries.map((entry) => [entry.name, entry])), bySql: new Map(entries.map((entry) => [entry.sql, entry])) };
}

export function tableOf(catalog: Catalog, name: string): TableEntry {
  const table = catalog.tables.get(name);
  if (table === undefined) throw new Fault("data.missing", `There is no table named ${name}.`);
  return table;
}

export function columnOf(table: TableEntry, name: string): ColumnEntry {
  const column = table.byName.get(name);
  if (column === undefined) throw new Fault("data.missing", `The table ${table.name} has no column named ${name}.`);
  return column;
}

export const HIDDEN: Readonly<Record<Table["kind"], readonly ColumnEntry[]>> = { rows: [ROW_VERSION], log: [POSITION, PLACE] };

/** The house's own tables: what the numbers mean, how many rows there are, and how far the commits have come. */
export const STATE_SQL = `
CREATE TABLE IF NOT EXISTS hf_table (id INTEGER PRIMARY KEY, definition TEXT NOT NULL, row_count INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS hf_state (id INTEGER PRIMARY KEY CHECK (id = 1), position INTEGER NOT NULL, fence INTEGER NOT NULL, next_table INTEGER NOT NULL) STRICT;
INSERT OR IGNORE INTO hf_state VALUES (1, 0, 0, 1);
`;

export function readTables(connection: Connection): readonly StoredTable[] {
  const texts = connection.prepare("SELECT definition FROM hf_table ORDER BY id").pluck().all();
  return texts.map((text) => {
    if (typeof text !== "string") throw new Fault("store.refused", "The schema table of the database is damaged.");
    // Written by `migrate` alone, inside the encrypted and authenticated file.
    return JSON.parse(text) as StoredTable;
  });
}

export function tableSql(id: number): string {
  return `t${id}`;
}

export function columnSql(id: number): string {
  return `c${id}`;
}

function tableEntry(stored: StoredTable): TableEntry {
  const columns = stored.columns.map(({ id, name, type, nullable }): ColumnEntry => ({ id, name, sql: columnSql(id), type, nullable }));
  const hidden = HIDDEN[stored.kind];
  const byId = new Map([...columns, ...hidden].map((column) => [column.id, column]));
  const named = (id: number): ColumnEntry => {
    const column = byId.get(id);
    if (column === undefined) throw new Fault("store.refused", `The schema table of the database is damaged at ${stored.name}.`);
    return column;
  };
  const key = stored.kind === "rows" ? stored.key.map(named) : [POSITION, PLACE];
  return {
    id: stored.id,
    name: stored.name,
    sql: tableSql(stored.id),
    kind: stored.kind,
    key,
    columns,
    byName: new Map([...columns, ...hidden].map((column) => [column.name, column])),
    indexes: [key.map(({ name }) => name), ...stored.indexes.map((index) => index.columns.map((id) => named(id).name))],
    changes: stored.changes,
    subject: stored.subject === null ? undefined : named(stored.subject),
  };
}
