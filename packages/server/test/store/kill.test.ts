import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/kit/index.ts";
import { CHANGES, type LogRow, openSqliteStore, type Store } from "../../src/store/index.ts";
import { numberId, TEST_KEY } from "./fixture.ts";

const ROUNDS = env["HOLDFAST_SLOW"] === undefined ? 10 : 200;
const ROUNDS_PER_FILE = 10;
const LIFE_MS_MAX = 200;

interface Acked {
  readonly n: number;
  readonly position: number;
}

/** Lets a writer run, kills it at a random moment, and answers with what it had acknowledged by then. */
async function runAndKill(file: string, first: number): Promise<readonly Acked[]> {
  const child = fork(new URL("./kill-child.ts", import.meta.url), [file, String(first)], {
    execArgv: ["--disallow-code-generation-from-strings"],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  assert.ok(child.stdout);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  await sleep(Math.random() * LIFE_MS_MAX);
  const closed = once(child.stdout, "close");
  child.kill("SIGKILL");
  await closed;
  const lines = text.slice(0, text.lastIndexOf("\n")).split("\n");
  return lines.map((line) => {
    const [n, position] = line.split(" ").map(Number);
    return { n: n ?? -1, position: position ?? -1 };
  });
}

async function all(store: Store, table: string, column: string): Promise<readonly LogRow[]> {
  const count = await store.view((view) => view.count({ table, where: { op: "all", of: [] } }));
  const rows: LogRow[] = [];
  const end = new AbortController();
  for await (const page of store.feed(table, [column], 0, end.signal)) {
    rows.push(...page);
    if (rows.length >= count) end.abort();
  }
  return rows;
}

/** One file, killed and reopened a number of times: what it was asked to keep adds up. */
async function rounds(count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-kill-"));
  const file = join(folder, "data.db");
  let next = 0;
  try {
    for (let round = 1; round <= count; round += 1) next = await checkAfterKill(file, await runAndKill(file, next));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkAfterKill(file: string, acked: readonly Acked[]): Promise<number> {
  assert.ok(acked.length > 0, "the writer wrote something");
  await using store = await openSqliteStore({ file, key: TEST_KEY, cipher: "aegis", limits: { scanRowsMax: 1_000 }, clock: systemClock });
  const log = await all(store, "log", "number");
  const numbers = new Map(log.map(({ position, row }) => [Number(row[0]), position]));

  for (const { n, position } of acked) assert.equal(numbers.get(n), position, `batch ${n} was acknowledged at ${position}`);
  await store.view(async (view) => {
    for (const { n } of acked) assert.ok(await view.get("rows", [numberId(n)], COLUMNS), `row ${n}`);
    // A batch is whole or not there: as many rows as log lines and change records, also as they are counted.
    assert.equal(await view.count({ table: "rows", where: { op: "all", of: [] } }), log.length);
  });
  const changes = await all(store, CHANGES, "table");
  assert.deepEqual(
    changes.map(({ position }) => position),
    log.map(({ position }) => position),
  );
  assert.equal(new Set(log.map(({ position }) => position)).size, log.length, "no position twice");
  assert.deepEqual(await store.checkIntegrity(), ["ok"]);
  return Math.max(...numbers.keys()) + 1;
}

const COLUMNS = ["text"];

test(`Holdfast loses no acknowledged write when it is killed, ${ROUNDS} times`, async () => {
  for (let left = ROUNDS; left > 0; left -= ROUNDS_PER_FILE) await rounds(Math.min(left, ROUNDS_PER_FILE));
});
