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
  const connection = openConnection(await loadDriver(), { file, key: new Uint8Array(Buffer.from(key, "hex")), cipher });
  try {
    answer(question.ask === "integrity" ? integrity(connection) : copy(connection, question.into));
  } finally {
    connection.close();
  }
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
