import { readFileSync, writeSync } from "node:fs";
import { type Connection, loadDriver, openConnection } from "./driver.ts";
import type { LongRead } from "./long-read.ts";

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;
/** The engine stops looking for damage after this many findings. */
const FINDINGS_MAX = 100;

/** One long read in a process of its own, which can be killed. The question comes through standard input. */
async function main(): Promise<void> {
  // Written by `longRead` alone.
  const question = JSON.parse(readFileSync(STANDARD_INPUT, "utf8")) as LongRead;
  const { file, key, cipher } = question.opening;
  const Driver = await loadDriver();
  const connection = openConnection(Driver, { file, key: bytesOf(key), cipher });
  try {
    answer(work(question, connection, (into, hexKey) => openConnection(Driver, { file: into, key: bytesOf(hexKey), cipher })));
  } finally {
    connection.close();
  }
}

type Open = (file: string, hexKey: string) => Connection;

function work(question: LongRead, connection: Connection, open: Open): readonly string[] {
  if (question.ask === "integrity") return integrity(connection);
  if (question.ask === "snapshot") return copy(connection, question.into);
  copy(connection, question.into);
  rekey(open(question.into, question.opening.key), question.newKey);
  const rebuilt = open(question.into, question.newKey);
  try {
    const differences = compare(connection, rebuilt);
    return differences.length > 0 ? differences : integrity(rebuilt);
  } finally {
    rebuilt.pragma("wal_checkpoint(TRUNCATE)", { simple: true });
    rebuilt.close();
  }
}

/** Only outside of WAL can every page be written anew in its place; the copy is nobody's yet. */
function rekey(connection: Connection, hexKey: string): void {
  try {
    connection.pragma("journal_mode=DELETE", { simple: true });
    connection.pragma(`rekey="x'${hexKey}'"`, { simple: true });
  } finally {
    connection.close();
  }
}

/** The same tables, indexes and numbers of rows. */
function compare(one: Connection, other: Connection): readonly string[] {
  const schemaOf = (connection: Connection): readonly string[] =>
    connection.prepare("SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1").pluck().all().map(String);
  const [before, after] = [schemaOf(one), schemaOf(other)];
  if (before.join("\n") !== after.join("\n")) return ["its tables are not the ones that were copied"];
  const tables = one.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all().map(String);
  const rowsOf = (connection: Connection, table: string): number =>
    Number(
      connection
        .prepare(`SELECT count(*) FROM "${table.replaceAll('"', '""')}"`)
        .pluck()
        .get(),
    );
  return tables.filter((table) => rowsOf(one, table) !== rowsOf(other, table)).map((table) => `${table} has not the rows that were copied`);
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function integrity(connection: Connection): readonly string[] {
  const found = connection.prepare(`PRAGMA integrity_check(${FINDINGS_MAX})`).pluck().all().map(String);
  const broken = connection.prepare("PRAGMA foreign_key_check").raw().all().length;
  return broken === 0 ? found : [...found.filter((line) => line !== "ok"), `${broken} rows refer to rows that are not there`];
}

/** VACUUM INTO keeps the encryption; the driver's own serialising would write plain text. */
function copy(connection: Connection, into: string): readonly string[] {
  connection.prepare("VACUUM INTO ?").run(into);
  return [];
}

function answer(lines: readonly string[]): void {
  writeSync(STANDARD_OUTPUT, lines.join("\n"));
}

await main();
