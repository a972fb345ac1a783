import { Fault } from "../../kit/index.ts";
import type { Schema, Table } from "../../model/schema.ts";
import { changesTable } from "../change.ts";
import { HIDDEN, readTables, STATE_SQL, type StoredTable } from "./catalog.ts";
import type { Connection } from "./driver.ts";
import { applyTable, dropTable, type Migration } from "./migrate-table.ts";

/**
 * Brings the database to a schema in one transaction, or not at all. What adds is done; what would lose something is refused,
 * all of it at once, with sentences that say how to go on. Answers with sentences about what was done.
 */
export function migrate(connection: Connection, to: Schema): readonly string[] {
  const wanted = withOutbox(to);
  checkSchema(wanted);
  // Rebuilding a table needs references to look away; they are checked again before COMMIT. The setting cannot change inside.
  connection.pragma("foreign_keys=OFF", { simple: true });
  connection.exec("BEGIN IMMEDIATE");
  try {
    connection.exec(STATE_SQL);
    const changes = applyAll(connection, wanted);
    connection.exec("COMMIT");
    return changes;
  } catch (error) {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    throw error;
  } finally {
    connection.pragma("foreign_keys=ON", { simple: true });
  }
}

function applyAll(connection: Connection, wanted: readonly Table[]): readonly string[] {
  const stored = readTables(connection);
  const matched = match(wanted, stored);
  const ids = number(connection, wanted, matched);
  const migration: Migration = { connection, ids, changes: [], problems: [] };
  for (const table of wanted) applyTable(migration, table, matched.get(table));
  const kept = new Set(matched.values());
  for (const table of stored) if (!kept.has(table)) dropTable(migration, table);
  checkReferences(migration, wanted);
  if (migration.problems.length > 0) {
    throw new Fault(
      "store.refused",
      `The database cannot follow the plan without losing data:\n${migration.problems.map((problem) => `- ${problem}`).join("\n")}`,
      { detail: { problems: migration.problems } },
    );
  }
  return migration.changes;
}

/** A table keeps its number under its own name, or takes the number of the one that it says it was. */
function match(wanted: readonly Table[], stored: readonly StoredTable[]): ReadonlyMap<Table, StoredTable> {
  const byName = new Map(stored.map((table) => [table.name, table]));
  const matched = new Map<Table, StoredTable>();
  for (const table of wanted) {
    const old =
      byName.get(table.name) ??
      (table.was === undefined || wanted.some(({ name }) => name === table.was) ? undefined : byName.get(table.was));
    if (old !== undefined) matched.set(table, old);
  }
  return matched;
}

function number(connection: Connection, wanted: readonly Table[], matched: ReadonlyMap<Table, StoredTable>): ReadonlyMap<string, number> {
  let next = Number(connection.prepare("SELECT next_table FROM hf_state").pluck().get());
  const ids = new Map<string, number>();
  for (const table of wanted) {
    const id = matched.get(table)?.id ?? next;
    if (id === next) next += 1;
    ids.set(table.name, id);
  }
  connection.prepare("UPDATE hf_state SET next_table = ?").run(next);
  return ids;
}

function checkReferences({ connection, ids, problems }: Migration, wanted: readonly Table[]): void {
  for (const table of wanted) {
    const id = ids.get(table.name);
    if (!table.columns.some(({ references }) => references !== undefined)) continue;
    const broken = connection.prepare(`PRAGMA foreign_key_check(t${id})`).raw().all().length;
    if (broken > 0)
      problems.push(`${broken} rows of ${table.name} refer to rows that are not there. Mend or delete them under the old plan first.`);
  }
}

function withOutbox({ tables }: Schema): readonly Table[] {
  return tables.some(({ name }) => name === changesTable.name) ? tables : [...tables, changesTable];
}

/** What no database could follow; a mistake in a room's table, said before anything is touched. */
function checkSchema(tables: readonly Table[]): void {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const problems = tables.flatMap((table) => problemsOf(table, byName));
  if (byName.size !== tables.length) problems.push("Two tables have the same name.");
  if (problems.length > 0)
    throw new Fault(
      "store.refused",
      `The schema is not one that a store can keep:\n${problems.map((problem) => `- ${problem}`).join("\n")}`,
      { detail: { problems } },
    );
}

function problemsOf(table: Table, byName: ReadonlyMap<string, Table>): string[] {
  const names = new Set(table.columns.map(({ name }) => name));
  const hidden = HIDDEN[table.kind].map(({ name }) => name);
  const known = new Set([...names, ...hidden]);
  const problems: string[] = [];
  const say = (isWrong: boolean, sentence: string): void => {
    if (isWrong) problems.push(`${table.name}: ${sentence}`);
  };
  say(names.size !== table.columns.length, "two columns have the same name.");
  say(table.columns.length === 0, "there is no column.");
  say(
    hidden.some((name) => names.has(name)),
    "a column has a name that the store keeps for itself.",
  );
  say(table.kind === "rows" && table.key.length === 0, "rows need a key.");
  say(table.kind === "log" && (table.key.length > 0 || table.changes), "a log has no key of its own and leaves no change records.");
  say(
    table.key.some((name) => table.columns.every((column) => column.name !== name || column.nullable)),
    "a key column is missing or nullable.",
  );
  say(
    table.indexes.some(({ columns }) => columns.length === 0 || columns.some((name) => !known.has(name))),
    "an index names a column that is not there.",
  );
  const subject = table.columns.find(({ name }) => name === table.subject);
  say(table.subject !== undefined && subject?.type !== "blob", "the subject must be a column with an id.");
  for (const { name, references } of table.columns) {
    const other = references === undefined ? undefined : byName.get(references);
    say(
      references !== undefined && (other?.kind !== "rows" || other.key.length !== 1),
      `${name} refers to a table that is not there, or that has no single key.`,
    );
  }
  return problems;
}
