import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { EVERY_ROW } from "../../src/model/filter.ts";
import type { Table } from "../../src/model/schema.ts";
import type { Step } from "../../src/store/index.ts";
import { loadDriver } from "../../src/store/sqlite/driver.ts";
import { numberId, openTestStore, TEST_KEY } from "./fixture.ts";

const ROWS = 3_000;
/** In ASCII, so that it would be found in UTF-8, in a log and in a core of a page alike. */
const MARKER = "MARKER-that-must-not-be-found";
const NAMES = ["patients-by-another-name", "diagnosis-column"];
const SECRETS = [MARKER, ...NAMES, Buffer.from(TEST_KEY).toString("hex")];

const table: Table = {
  name: "patients-by-another-name",
  kind: "rows",
  key: ["id"],
  columns: [
    { name: "id", type: "blob", nullable: false },
    { name: "diagnosis-column", type: "text", nullable: false },
    { name: "raw", type: "blob", nullable: false },
  ],
  indexes: [{ columns: ["diagnosis-column"], unique: false }],
  changes: true,
};

/** Files of the folder, and what this process still holds open although its name is gone. */
function suspects(folder: string): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const name of readdirSync(folder)) found.set(name, readFileSync(join(folder, name)));
  // Only Linux shows what is open although its name is gone.
  for (const descriptor of existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd") : []) {
    const path = join("/proc/self/fd", descriptor);
    try {
      const target = readlinkSync(path);
      if (target.startsWith(folder) || / \(deleted\)$/.test(target)) found.set(`fd ${descriptor}: ${target}`, readFileSync(path));
    } catch (error) {
      // The descriptor that read the list itself is gone by now.
      assert.ok(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EBADF"));
    }
  }
  return found;
}

function findings(folder: string): readonly string[] {
  return [...suspects(folder)].flatMap(([name, bytes]) =>
    [...SECRETS, Buffer.from(TEST_KEY)].filter((secret) => bytes.includes(secret)).map((secret) => `${name}: ${secret}`),
  );
}

const insert = (n: number): Step => ({
  do: "insert",
  table: table.name,
  row: { id: numberId(n), "diagnosis-column": `${MARKER} ${n} ${"x".repeat(200)}`, raw: new TextEncoder().encode(MARKER) },
});

for (const cipher of ["aegis", "chacha20"] as const) {
  test(`Holdfast leaves no plain byte of what it stores in any file, with ${cipher}`, async () => {
    await using fixture = await openTestStore([table], { cipher });
    const { store, folder } = fixture;
    await store.commit({ steps: Array.from({ length: ROWS }, (_, n) => insert(n)) });
    assert.deepEqual(findings(folder), [], "after writing");

    await store.view(async (view) => {
      // Sorts that are too large for one page would spill into temp files.
      const order = [
        { column: "raw", direction: "asc", nulls: "first" },
        { column: "diagnosis-column", direction: "desc", nulls: "first" },
      ] as const;
      assert.equal((await view.read({ table: table.name, columns: ["id", "diagnosis-column"], where: EVERY_ROW, order })).length, ROWS);
      assert.deepEqual(findings(folder), [], "while a view is open");
    });

    const sizes: number[] = [];
    for await (const chunk of store.snapshot()) {
      sizes.push(chunk.length);
      assert.ok(
        SECRETS.every((secret) => !Buffer.from(chunk).includes(secret)),
        "in a snapshot",
      );
      if (sizes.length === 1) assert.deepEqual(findings(folder), [], "while a snapshot is read");
    }
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) > ROWS * 200);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.includes("snapshot")),
      [],
      "the snapshot's file is gone",
    );

    await store.commit({ steps: [{ do: "clear", table: table.name, where: EVERY_ROW }] });
    await store.checkIntegrity();
    assert.deepEqual(findings(folder), [], "after clearing");
    await store[Symbol.asyncDispose]();
    assert.deepEqual(findings(folder), [], "after closing");
  });
}

test("The scan finds a plain byte where there is one", async () => {
  await using fixture = await openTestStore([]);
  const Driver = await loadDriver();
  const plain = new Driver(join(fixture.folder, "plain.db"), { timeout: 0 });
  plain.exec(`CREATE TABLE plain (text); INSERT INTO plain VALUES ('${MARKER}')`);
  assert.ok(findings(fixture.folder).some((finding) => finding.startsWith("plain.db")));
  plain.close();
});
