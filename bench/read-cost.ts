/** What one read costs in the store, against the driver alone in the same run. Run: node --disallow-code-generation-from-strings bench/read-cost.ts */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../packages/server/src/kit/index.ts";
import type { Query, View } from "../packages/server/src/store/index.ts";
import { openSqliteStore } from "../packages/server/src/store/index.ts";
import { loadDriver, openConnection } from "../packages/server/src/store/sqlite/driver.ts";

const ROWS = 20_000;
const READS = 100_000;
const ROUNDS = 3;

const id = (n: number): Uint8Array => {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(12, n);
  return bytes;
};

async function microseconds(count: number, work: () => Promise<unknown> | unknown): Promise<number> {
  const since = performance.now();
  await work();
  return ((performance.now() - since) * 1_000) / count;
}

const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
const opening = { file: join(folder, "data.db"), key: new Uint8Array(32).fill(7), cipher: "aegis" } as const;
try {
  await using store = await openSqliteStore({ ...opening, limits: { scanRowsMax: 10_000 }, clock: systemClock });
  const blob = (name: string) => ({ name, type: "blob", nullable: false }) as const;
  await store.migrate({
    tables: [
      {
        name: "rows",
        kind: "rows",
        key: ["id"],
        columns: [blob("id"), blob("owner"), { name: "text", type: "text", nullable: false }],
        indexes: [{ columns: ["owner"], unique: false }],
        changes: false,
      },
    ],
  });
  for (let n = 0; n < ROWS; n += 1_000) {
    await store.commit({
      steps: Array.from({ length: 1_000 }, (_, at) => ({
        do: "insert",
        table: "rows",
        row: { id: id(n + at), owner: id((n + at) % 500), text: "x".repeat(200) },
      })),
    });
  }
  const driver = openConnection(await loadDriver(), opening);
  const bare = driver.prepare("SELECT c1,c2,c3 FROM t1 WHERE c1 = ?").raw();
  const columns = ["id", "owner", "text"];
  const list = (n: number): Query => ({
    table: "rows",
    columns,
    where: { op: "all", of: [{ op: "compare", sense: "is", column: "owner", by: "eq", value: id(n % 500) }] },
    limit: 20,
  });
  for (let round = 1; round <= ROUNDS; round += 1) {
    driver.exec("BEGIN");
    const floor = await microseconds(READS, () => {
      for (let n = 0; n < READS; n += 1) bare.get(id((n * 7_919) % ROWS));
    });
    driver.exec("COMMIT");
    const gets = (view: View) => async () => {
      for (let n = 0; n < READS; n += 1) await view.get("rows", [id((n * 7_919) % ROWS)], columns);
    };
    const get = await store.view((view) => microseconds(READS, gets(view)));
    const lists = await store.view((view) =>
      microseconds(READS / 10, async () => {
        for (let n = 0; n < READS / 10; n += 1) await view.read(list(n));
      }),
    );
    const views = await microseconds(READS / 10, async () => {
      for (let n = 0; n < READS / 10; n += 1) await store.view((view) => view.get("rows", [id(n % ROWS)], columns));
    });
    console.log(
      `round ${round}: driver alone ${floor.toFixed(2)} µs, get ${get.toFixed(2)} µs (ratio ${(get / floor).toFixed(2)}), list of 20 ${lists.toFixed(1)} µs, view with one get ${views.toFixed(1)} µs`,
    );
  }
  driver.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
