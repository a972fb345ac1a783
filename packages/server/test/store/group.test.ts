import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Value } from "../../src/model/value.ts";
import type { Step } from "../../src/store/index.ts";
import { createCatalog, readTables } from "../../src/store/sqlite/catalog.ts";
import { type Connection, loadDriver, openConnection } from "../../src/store/sqlite/driver.ts";
import type { Gate } from "../../src/store/sqlite/gate.ts";
import { createGroups, type Groups } from "../../src/store/sqlite/group.ts";
import { migrate } from "../../src/store/sqlite/migrate.ts";
import { outboxOf } from "../../src/store/sqlite/outbox.ts";
import { createStepCompiler } from "../../src/store/sqlite/step.ts";
import type { Outcome, Work } from "../../src/store/sqlite/work.ts";
import { KILL_TABLES, numberId, TEST_KEY } from "./fixture.ts";

interface Bench extends AsyncDisposable {
  readonly groups: Groups;
  readonly work: (steps: readonly Step[], otherwise?: readonly Step[]) => Work;
  /** What a connection of its own finds. */
  readonly stored: () => { readonly rows: readonly unknown[]; readonly counted: number; readonly position: number; readonly fence: number };
  /** What happens at the next COMMITs, in order; afterwards they work. */
  readonly commits: ("works" | "fails before" | "fails after")[];
  /** What happens at the next openings. */
  readonly openings: ("works" | "fails")[];
  /** Run on each connection that is opened. */
  readonly settings: string[];
}

async function openBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-group-"));
  const opening = { file: join(folder, "data.db"), key: TEST_KEY, cipher: "aegis" } as const;
  const Driver = await loadDriver();
  const observer = openConnection(Driver, opening);
  migrate(observer, { tables: KILL_TABLES });
  const compile = createStepCompiler(createCatalog(readTables(observer)));
  const gate: Gate = { planOf: ({ sql }) => ({ sql, scans: [], sorts: false }), check: () => undefined, pass: () => undefined };
  const commits: Bench["commits"] = [];
  const openings: Bench["openings"] = [];
  const settings: string[] = [];
  const groups = createGroups({
    open() {
      if (openings.shift() === "fails") throw new Error("unable to open database file");
      const connection = openConnection(Driver, opening);
      for (const setting of settings) connection.pragma(setting, { simple: true });
      return connection;
    },
    outbox: outboxOf,
    commit(connection: Connection) {
      const what = commits.shift() ?? "works";
      if (what !== "fails before") connection.exec("COMMIT");
      if (what !== "works") throw Object.assign(new Error("disk I/O error"), { code: "SQLITE_IOERR_FSYNC" });
    },
  });
  const number = (sql: string): number => Number(observer.prepare(sql).pluck().get());
  return {
    groups,
    commits,
    openings,
    settings,
    work: (steps, otherwise = []) => ({ operations: compile(steps, gate), otherwise: compile(otherwise, gate) }),
    stored: () => ({
      rows: observer.prepare("SELECT c2 FROM t1 ORDER BY c1").pluck().all(),
      counted: number("SELECT row_count FROM hf_table WHERE id = 1"),
      position: number("SELECT position FROM hf_state"),
      fence: number("SELECT fence FROM hf_state"),
    }),
    async [Symbol.asyncDispose]() {
      groups.close();
      observer.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const insert = (n: number, text: Value = `row ${n}`): Step => ({ do: "insert", table: "rows", row: { id: numberId(n), text } });
const note = (number: number): Step => ({ do: "append", table: "log", row: { number } });

function told(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.map((outcome) => {
    if ("fault" in outcome) return outcome.fault.code;
    return outcome.receipt.committed ? `at ${outcome.receipt.position}` : outcome.receipt.because;
  });
}

describe("Holdfast's group commit", () => {
  test("keeps a refused batch from its neighbours", async () => {
    await using bench = await openBench();
    const { outcomes } = bench.groups.run([bench.work([insert(1)]), bench.work([note(1), insert(1)], [note(2)]), bench.work([insert(2)])]);
    assert.deepEqual(told(outcomes), ["at 1", "taken", "at 3"]);
    assert.deepEqual(bench.stored(), { rows: ["row 1", "row 2"], counted: 2, position: 3, fence: 0 });
  });

  test("commits nothing for a group of refusals", async () => {
    await using bench = await openBench();
    bench.groups.run([bench.work([insert(1)])]);
    bench.commits.push("fails before");
    assert.deepEqual(told(bench.groups.run([bench.work([insert(1)]), bench.work([insert(1)])]).outcomes), ["taken", "taken"]);
    assert.deepEqual(bench.commits, ["fails before"]);
  });

  test("says that nothing was written when COMMIT failed and the group is not there", async () => {
    await using bench = await openBench();
    bench.groups.run([bench.work([insert(1)])]);
    bench.commits.push("fails before");
    // The refusal of the third came from the row of the second, which is not there: it must not be told either.
    const { outcomes, hadTrouble } = bench.groups.run([bench.work([insert(2)]), bench.work([insert(3)]), bench.work([insert(3)])]);
    assert.deepEqual([told(outcomes), hadTrouble], [["store.unavailable", "store.unavailable", "store.unavailable"], true]);
    assert.deepEqual(bench.stored(), { rows: ["row 1"], counted: 1, position: 1, fence: 1 });
    assert.deepEqual(told(bench.groups.run([bench.work([insert(2)])]).outcomes), ["at 2"]);
  });

  test("finds a group that has landed although COMMIT failed", async () => {
    await using bench = await openBench();
    bench.commits.push("fails after");
    const { outcomes } = bench.groups.run([bench.work([insert(1)]), bench.work([insert(1)]), bench.work([insert(2)])]);
    assert.deepEqual(told(outcomes), ["at 1", "taken", "at 2"]);
    assert.deepEqual(bench.stored(), { rows: ["row 1", "row 2"], counted: 2, position: 2, fence: 1 });
  });

  const unknown: readonly [string, Pick<Bench, "commits" | "openings">][] = [
    ["the fence that would make it sure fails too", { commits: ["fails before", "fails before"], openings: [] }],
    ["it has landed, and cannot be made sure", { commits: ["fails after", "fails before"], openings: [] }],
    ["the database does not open again", { commits: ["fails before"], openings: ["fails"] }],
  ];
  for (const [why, { commits, openings }] of unknown) {
    test(`says that the outcome is unknown when ${why}`, async () => {
      await using bench = await openBench();
      bench.groups.run([bench.work([insert(1)])]);
      bench.commits.push(...commits);
      bench.openings.push(...openings);
      const { outcomes } = bench.groups.run([bench.work([insert(2)]), bench.work([insert(3)])]);
      assert.deepEqual(told(outcomes), ["store.outcome_unknown", "store.outcome_unknown"]);
      // And goes on as soon as the disk does, from where the database really is.
      const { position } = bench.stored();
      assert.deepEqual(told(bench.groups.run([bench.work([insert(9)])]).outcomes), [`at ${position + 1}`]);
    });
  }

  test("runs all members again singly when one of them ends the transaction", async () => {
    await using bench = await openBench();
    bench.groups.run([bench.work([insert(1)])]);
    bench.groups.close();
    // A file that may not grow: the engine's own "database or disk is full".
    bench.settings.push("max_page_count=40");
    const { outcomes } = bench.groups.run([
      bench.work([insert(2)]),
      bench.work([insert(3, "x".repeat(400_000))], [note(3)]),
      bench.work([insert(4)]),
    ]);
    assert.deepEqual(told(outcomes), ["at 2", "store.unavailable", "at 3"]);
    assert.deepEqual(bench.stored(), { rows: ["row 1", "row 2", "row 4"], counted: 3, position: 3, fence: 0 });
  });

  test("answers that it is unavailable while the database does not open, and recovers", async () => {
    await using bench = await openBench();
    bench.openings.push("fails", "fails");
    assert.deepEqual(told(bench.groups.run([bench.work([insert(1)])]).outcomes), ["store.unavailable"]);
    assert.deepEqual(told(bench.groups.run([bench.work([insert(1)])]).outcomes), ["at 1"]);
  });

  test("says so when what tells of a refusal cannot be written", async () => {
    await using bench = await openBench();
    const { outcomes } = bench.groups.run([bench.work([insert(1)]), bench.work([insert(1)], [insert(1)])]);
    assert.deepEqual(told(outcomes), ["at 1", "internal"]);
  });
});
