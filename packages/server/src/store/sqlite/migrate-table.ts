import type { Column, Table } from "../../model/schema.ts";
import type { Value } from "../../model/value.ts";
import { columnSql, HIDDEN, type StoredColumn, type StoredIndex, type StoredTable, tableSql } from "./catalog.ts";
import type { Connection } from "./driver.ts";

export interface Migration {
  readonly connection: Connection;
  /** Table numbers by logical name. */
  readonly ids: ReadonlyMap<string, number>;
  readonly changes: string[];
  readonly problems: string[];
}

/** Makes one table what the plan says, or says why it cannot. */
export function applyTable(migration: Migration, table: Table, old: StoredTable | undefined): void {
  const wanted = describe(migration, table, old);
  if (old === undefined) {
    createTable(migration, tableSql(wanted.id), wanted);
    store(migration, wanted);
    createIndexes(migration, wanted, wanted.indexes, table.name);
    migration.changes.push(`Added the table ${table.name}.`);
    return;
  }
  const problems = migration.problems.length;
  reviewTable(migration, table, wanted, old);
  if (migration.problems.length > problems) return;
  alterColumns(migration, table, wanted, old);
  alterIndexes(migration, table, wanted, old);
  if (old.name !== wanted.name) migration.changes.push(`Renamed the table ${old.name} to ${wanted.name}.`);
  store(migration, wanted);
}

/** A table that the plan no longer names goes only when nothing is in it. */
export function dropTable({ connection, changes, problems }: Migration, old: StoredTable): void {
  const rows = count(connection, `SELECT count(*) FROM ${tableSql(old.id)}`);
  if (rows > 0) {
    problems.push(
      `The table ${old.name} is gone from the plan and has ${rows} rows. Put it back, name it with .was("${old.name}") where it has a new name, or delete its rows first.`,
    );
    return;
  }
  connection.exec(`DROP TABLE ${tableSql(old.id)}`);
  connection.prepare("DELETE FROM hf_table WHERE id = ?").run(old.id);
  changes.push(`Removed the empty table ${old.name}.`);
}

/** The stored form of what the plan wants, with the numbers that old columns and indexes keep. */
function describe({ ids }: Migration, table: Table, old: StoredTable | undefined): StoredTable {
  let nextColumn = old?.nextColumn ?? 1;
  const columns = table.columns.map((column): StoredColumn => {
    const known = old?.columns.find(({ name }) => name === column.name) ?? renamedFrom(table, column, old);
    const id = known?.id ?? nextColumn++;
    const references = column.references === undefined ? null : (ids.get(column.references) ?? null);
    return { id, name: column.name, type: column.type, nullable: column.nullable, references };
  });
  const idOf = (name: string): number =>
    columns.find((column) => column.name === name)?.id ?? HIDDEN[table.kind].find((column) => column.name === name)?.id ?? 0;
  let nextIndex = old?.nextIndex ?? 1;
  const indexes = wantedIndexes(table).map((index): StoredIndex => {
    const ofColumns = index.columns.map(idOf);
    const known = old?.indexes.find((candidate) => candidate.unique === index.unique && candidate.columns.join() === ofColumns.join());
    return { id: known?.id ?? nextIndex++, columns: ofColumns, unique: index.unique, implied: index.implied };
  });
  const key = table.key.map(idOf);
  const subject = table.subject === undefined ? null : idOf(table.subject);
  const id = ids.get(table.name) ?? 0;
  return { id, name: table.name, kind: table.kind, key, columns, indexes, changes: table.changes, subject, nextColumn, nextIndex };
}

function renamedFrom(table: Table, column: Column, old: StoredTable | undefined): StoredColumn | undefined {
  if (column.was === undefined || table.columns.some(({ name }) => name === column.was)) return undefined;
  return old?.columns.find(({ name }) => name === column.was);
}

/** The plan's indexes, and one for each reference that none of them begins with: else each delete would scan the table that refers. */
function wantedIndexes(table: Table): readonly { columns: readonly string[]; unique: boolean; implied: boolean }[] {
  const said = table.indexes.map(({ columns, unique }) => ({ columns, unique, implied: false }));
  const leading = new Set([table.key[0], ...said.map(({ columns }) => columns[0])]);
  const implied = table.columns.filter(({ name, references }) => references !== undefined && !leading.has(name));
  return [...said, ...implied.map(({ name }) => ({ columns: [name], unique: false, implied: true }))];
}

/** What cannot be done without losing something. */
function reviewTable({ connection, problems }: Migration, table: Table, wanted: StoredTable, old: StoredTable): void {
  const sql = tableSql(old.id);
  if (wanted.kind !== old.kind || wanted.key.join() !== old.key.join()) {
    problems.push(`The table ${table.name} has another kind or key than before. Give it a new name and move its rows.`);
    return;
  }
  for (const column of old.columns) {
    if (wanted.columns.some(({ id }) => id === column.id)) continue;
    const kept = count(connection, `SELECT count(*) FROM ${sql} WHERE ${columnSql(column.id)} IS NOT NULL`);
    if (kept > 0)
      problems.push(
        `The field ${table.name}.${column.name} is gone from the plan, and ${kept} rows have a value in it. Put it back, or name it with .was("${column.name}") where it has a new name.`,
      );
  }
  const isEmpty = count(connection, `SELECT count(*) FROM ${sql}`) === 0;
  for (const column of wanted.columns) {
    const before = old.columns.find(({ id }) => id === column.id);
    const fill = table.columns.find(({ name }) => name === column.name)?.fill;
    if (before === undefined && !column.nullable && fill === undefined && !isEmpty) {
      problems.push(
        `The new field ${table.name}.${column.name} needs a value in rows that are already there. Give it a default, or let it be empty.`,
      );
    }
    if (before === undefined) continue;
    if (before.type !== column.type && !isEmpty)
      problems.push(
        `The field ${table.name}.${column.name} changes from ${before.type} to ${column.type}. Add a new field and move the values.`,
      );
    const nulls =
      before.nullable && !column.nullable && fill === undefined
        ? count(connection, `SELECT count(*) FROM ${sql} WHERE ${columnSql(column.id)} IS NULL`)
        : 0;
    if (nulls > 0)
      problems.push(
        `The field ${table.name}.${column.name} may no longer be empty, and it is in ${nulls} rows. Give it a default, or fill them first.`,
      );
  }
}

function alterColumns(migration: Migration, table: Table, wanted: StoredTable, old: StoredTable): void {
  const { connection, changes } = migration;
  const isSame = (column: StoredColumn, before: StoredColumn | undefined): boolean =>
    before?.type === column.type && before.nullable === column.nullable && before.references === column.references;
  const found = wanted.columns.map((column) => ({ column, before: old.columns.find(({ id }) => id === column.id) }));
  for (const { column, before } of found) {
    if (before === undefined) changes.push(`Added the field ${table.name}.${column.name}.`);
    else if (before.name !== column.name) changes.push(`Renamed the field ${table.name}.${before.name} to ${column.name}.`);
    if (before !== undefined && !isSame(column, before)) changes.push(`Changed the field ${table.name}.${column.name}.`);
  }
  const dropped = old.columns.filter(({ id }) => wanted.columns.every((column) => column.id !== id));
  for (const { name } of dropped) changes.push(`Removed the empty field ${table.name}.${name}.`);
  const differing = found.filter(({ column, before }) => !isSame(column, before));
  if (dropped.length === 0 && differing.every(({ column, before }) => before === undefined && column.nullable)) {
    // What may be empty is added without touching a row.
    for (const { column } of differing) connection.exec(`ALTER TABLE ${tableSql(wanted.id)} ADD COLUMN ${columnDefinition(column)}`);
    return;
  }
  rebuild(migration, table, wanted, old);
}

/** A new table beside the old one, filled, and put into its place. References to it go by name, and the name stays. */
function rebuild(migration: Migration, table: Table, wanted: StoredTable, old: StoredTable): void {
  const { connection } = migration;
  const sql = tableSql(wanted.id);
  createTable(migration, `${sql}_new`, wanted);
  const hidden = HIDDEN[wanted.kind].map((column) => column.sql);
  const fills: Value[] = [];
  const sources = wanted.columns.map((column) => {
    const fill = table.columns.find(({ name }) => name === column.name)?.fill ?? null;
    const isOld = old.columns.some(({ id }) => id === column.id);
    if (isOld && (column.nullable || fill === null)) return columnSql(column.id);
    fills.push(fill);
    return isOld ? `coalesce(${columnSql(column.id)}, ?)` : "?";
  });
  const targets = wanted.columns.map(({ id }) => columnSql(id));
  connection
    .prepare(`INSERT INTO ${sql}_new (${[...targets, ...hidden].join(",")}) SELECT ${[...sources, ...hidden].join(",")} FROM ${sql}`)
    .run(...fills);
  connection.exec(`DROP TABLE ${sql}`);
  connection.exec(`ALTER TABLE ${sql}_new RENAME TO ${sql}`);
  // The indexes went with the old table.
  createIndexes(
    migration,
    wanted,
    wanted.indexes.filter(({ id }) => old.indexes.some((index) => index.id === id)),
    table.name,
  );
}

function alterIndexes(migration: Migration, table: Table, wanted: StoredTable, old: StoredTable): void {
  const added = wanted.indexes.filter(({ id }) => old.indexes.every((index) => index.id !== id));
  const removed = old.indexes.filter(({ id }) => wanted.indexes.every((index) => index.id !== id));
  for (const index of removed) {
    migration.connection.exec(`DROP INDEX IF EXISTS ${indexSql(wanted, index)}`);
    migration.changes.push(`Removed an index of ${table.name}.`);
  }
  createIndexes(migration, wanted, added, table.name);
  for (const index of added) migration.changes.push(`Added an index on ${table.name} (${namesOf(wanted, index).join(", ")}).`);
}

function createTable({ connection, ids }: Migration, sql: string, table: StoredTable): void {
  const columns = table.columns.map(columnDefinition);
  const hidden = HIDDEN[table.kind].map((column) => `${column.sql} INTEGER NOT NULL`);
  const key = table.kind === "rows" ? table.key.map(columnSql) : HIDDEN.log.map((column) => column.sql);
  // Keyed by itself, a row is found in one tree instead of two.
  connection.exec(`CREATE TABLE ${sql} (${[...columns, ...hidden].join(",")}, PRIMARY KEY (${key.join(",")})) STRICT, WITHOUT ROWID`);
  if (!sql.endsWith("_new")) connection.prepare("INSERT INTO hf_table VALUES (?, '', 0)").run(ids.get(table.name) ?? 0);
}

function columnDefinition({ id, type, nullable, references }: StoredColumn): string {
  return `${columnSql(id)} ${type.toUpperCase()}${nullable ? "" : " NOT NULL"}${references === null ? "" : ` REFERENCES ${tableSql(references)}`}`;
}

function createIndexes({ connection, problems }: Migration, table: StoredTable, indexes: readonly StoredIndex[], name: string): void {
  for (const index of indexes) {
    const columns = index.columns.map((id) => hiddenOrColumn(table, id)).join(",");
    const twice = index.unique
      ? count(
          connection,
          `SELECT count(*) FROM (SELECT 1 FROM ${tableSql(table.id)} WHERE ${notNull(table, index)} GROUP BY ${columns} HAVING count(*) > 1)`,
        )
      : 0;
    if (twice > 0) {
      problems.push(
        `The fields (${namesOf(table, index).join(", ")}) of ${name} shall be unique, and ${twice} values are there more than once. Make them differ first.`,
      );
      continue;
    }
    connection.exec(`CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${indexSql(table, index)} ON ${tableSql(table.id)} (${columns})`);
  }
}

function hiddenOrColumn(table: StoredTable, id: number): string {
  return HIDDEN[table.kind].find((column) => column.id === id)?.sql ?? columnSql(id);
}

function notNull(table: StoredTable, index: StoredIndex): string {
  return index.columns.map((id) => `${hiddenOrColumn(table, id)} IS NOT NULL`).join(" AND ");
}

function indexSql(table: StoredTable, index: StoredIndex): string {
  return `x${table.id}_${index.id}`;
}

function namesOf(table: StoredTable, index: StoredIndex): readonly string[] {
  return index.columns.map((id) => table.columns.find((column) => column.id === id)?.name ?? hiddenOrColumn(table, id));
}

function store({ connection }: Migration, table: StoredTable): void {
  connection.prepare("UPDATE hf_table SET definition = ? WHERE id = ?").run(JSON.stringify(table), table.id);
}

function count(connection: Connection, sql: string): number {
  return Number(connection.prepare(sql).pluck().get());
}
