import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { isFault, systemClock } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/filter.ts";
import { openSqliteStore } from "../../src/store/index.ts";
import { KILL_TABLES, numberId, openTestStore, TEST_KEY } from "./fixture.ts";

const insert = (n: number) => ({ do: "insert", table: "rows", row: { id: numberId(n), text: `row ${n}` } }) as const;

describe("Holdfast's snapshots", () => {
  test("open as a store of their own, with what was there at one moment", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    await fixture.store.commit({ steps: Array.from({ length: 500 }, (_, n) => insert(n)) });
    const chunks: Uint8Array[] = [];
    let next = 500;
    for await (const chunk of fixture.store.snapshot()) {
      // Writers go on meanwhile.
      await fixture.store.commit({ steps: [insert(next)] });
      next += 1;
      chunks.push(chunk);
    }
    const file = join(fixture.folder, "copy.db");
    writeFileSync(file, Buffer.concat(chunks));
    await using copy = await openSqliteStore({ file, key: TEST_KEY, cipher: "aegis", limits: { scanRowsMax: 100 }, clock: systemClock });
    const report = await copy.migrate({ tables: KILL_TABLES });
    assert.deepEqual(report.changes, []);
    assert.equal(await copy.view((view) => view.count({ table: "rows", where: EVERY_ROW })), 500);
    assert.deepEqual(await copy.checkIntegrity(), ["ok"]);
    const receipt = await copy.commit({ steps: [insert(1_000)] });
    assert.ok(receipt.committed && receipt.position === 2, "positions go on where the copy was made");
  });

  test("leave no file behind when nobody reads them to the end", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    for await (const chunk of fixture.store.snapshot()) {
      assert.ok(chunk.length > 0);
      break;
    }
    assert.deepEqual(
      readdirSync(fixture.folder).filter((name) => name.includes("snapshot")),
      [],
    );
  });

  test("that a killed server left behind are gone after the next start", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    await fixture.store[Symbol.asyncDispose]();
    writeFileSync(`${fixture.file}.snapshot-7`, "left");
    await using store = await openSqliteStore({
      file: fixture.file,
      key: TEST_KEY,
      cipher: "aegis",
      limits: { scanRowsMax: 100 },
      clock: systemClock,
    });
    assert.ok(store);
    assert.deepEqual(
      readdirSync(fixture.folder).filter((name) => name.includes("snapshot")),
      [],
    );
  });

  test("fail with a sentence where they cannot be made", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    await fixture.store[Symbol.asyncDispose]();
    writeFileSync(fixture.file, "no database any more, and long enough to look like one".repeat(100));
    await assert.rejects(fixture.store.snapshot()[Symbol.asyncIterator]().next(), (error) => isFault(error, "store.unavailable"));
    await assert.rejects(fixture.store.checkIntegrity(), (error) => isFault(error, "store.unavailable"));
  });
});
