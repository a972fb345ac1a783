import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { isFault, systemClock } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/filter.ts";
import { lockFolder, openSqliteStore, type SqliteNeeds } from "../../src/store/index.ts";
import { checkEngine, type Engine, loadDriver, openConnection } from "../../src/store/sqlite/driver.ts";
import { KILL_TABLES, numberId, openTestStore, TEST_KEY } from "./fixture.ts";

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-open-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const needs = (file: string, rest: Partial<SqliteNeeds> = {}): SqliteNeeds => ({
  file,
  key: TEST_KEY,
  cipher: "aegis",
  limits: { scanRowsMax: 100 },
  clock: systemClock,
  ...rest,
});
const refused = (says: RegExp) => (error: unknown) => isFault(error, "store.refused") && says.test(error.message);

async function makeStore(file: string): Promise<void> {
  await using store = await openSqliteStore(needs(file));
  await store.migrate({ tables: KILL_TABLES });
  await store.commit({ steps: [{ do: "insert", table: "rows", row: { id: numberId(1), text: "kept" } }] });
}

describe("Holdfast opens its database", () => {
  const wrong: readonly [string, Partial<SqliteNeeds>, RegExp][] = [
    ["another key", { key: new Uint8Array(32).fill(9) }, /does not open with this key.*Nothing was written/],
    ["another cipher", { cipher: "chacha20" }, /does not open with this key/],
    ["a key of another length", { key: new Uint8Array(31) }, /32 bytes/],
  ];
  for (const [what, rest, says] of wrong) {
    test(`not with ${what}, and writes nothing`, async () => {
      await withFolder(async (folder) => {
        const file = join(folder, "data.db");
        await makeStore(file);
        const before = readFileSync(file);
        await assert.rejects(openSqliteStore(needs(file, rest)), refused(says));
        assert.deepEqual(readFileSync(file), before);
        assert.deepEqual(await readdir(folder), ["data.db"]);
        await using store = await openSqliteStore(needs(file));
        assert.equal(await store.view((view) => view.count({ table: "rows", where: EVERY_ROW })), 1);
      });
    });
  }

  test("not where a plain file lies, and leaves it alone", async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "data.db");
      const Driver = await loadDriver();
      const plain = new Driver(file, { timeout: 0 });
      plain.exec("CREATE TABLE secrets (text); INSERT INTO secrets VALUES ('plain')");
      plain.close();
      const before = readFileSync(file);
      await assert.rejects(openSqliteStore(needs(file)), refused(/does not open with this key, or is not a database of ours/));
      assert.deepEqual(readFileSync(file), before);
    });
  });

  test("not in a folder that is not there", async () => {
    await withFolder(async (folder) => {
      await assert.rejects(openSqliteStore(needs(join(folder, "no", "data.db"))), refused(/cannot be read/));
    });
  });

  test("not after a flipped bit, and says so", async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "data.db");
      await makeStore(file);
      const bytes = readFileSync(file);
      bytes[200] = (bytes[200] ?? 0) ^ 1;
      writeFileSync(file, bytes);
      await assert.rejects(openSqliteStore(needs(file)), refused(/does not open/));
    });
  });

  test("with every setting of the house", async () => {
    await withFolder(async (folder) => {
      const connection = openConnection(await loadDriver(), { file: join(folder, "data.db"), key: TEST_KEY, cipher: "aegis" });
      const expected: readonly [string, unknown][] = [
        ["cipher", "aegis"],
        ["journal_mode", "wal"],
        ["synchronous", 2],
        ["temp_store", 2],
        ["mmap_size", 0],
        ["cell_size_check", 1],
        ["trusted_schema", 0],
        ["page_size", 4096],
        ["cache_size", -65_536],
        ["secure_delete", 1],
        ["foreign_keys", 1],
        ["wal_autocheckpoint", 0],
      ];
      for (const [setting, value] of expected) assert.equal(connection.pragma(setting, { simple: true }), value, setting);
      connection.close();
    });
  });

  const engine: Engine = { sqlite: "3.51.3", ciphers: "2.4.0", cipher: "aegis", wanted: "aegis" };
  const engines: readonly [string, Partial<Engine>, RegExp | undefined][] = [
    ["the first sound one", {}, undefined],
    ["a newer one", { sqlite: "4.0.0" }, undefined],
    ["the last one that corrupts", { sqlite: "3.51.2" }, /3\.51\.2.*can corrupt/],
    ["an old one", { sqlite: "3.9.10" }, /can corrupt/],
    ["one that says nothing", { sqlite: "" }, /can corrupt/],
    ["one without ciphers", { ciphers: undefined }, /cannot encrypt/],
    ["one that took another cipher", { cipher: "rc4" }, /cannot encrypt its file with aegis/],
  ];
  test("only with an engine that is sound and encrypts", () => {
    for (const [what, rest, says] of engines) {
      const attempt = (): void => checkEngine({ ...engine, ...rest });
      if (says === undefined) assert.doesNotThrow(attempt, what);
      else assert.throws(attempt, refused(says), what);
    }
  });

  test("and finds everything again, also what lay only in the log", async () => {
    await withFolder(async (folder) => {
      const file = join(folder, "data.db");
      await makeStore(file);
      await using store = await openSqliteStore(needs(file));
      const report = await store.migrate({ tables: KILL_TABLES });
      assert.deepEqual(report.changes, []);
      assert.deepEqual(await store.view((view) => view.get("rows", [numberId(1)], ["text"])), ["kept"]);
    });
  });

  test("and lets only its owner read what it makes", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    const modes = (): readonly number[] => readdirSync(fixture.folder).map((name) => statSync(join(fixture.folder, name)).mode & 0o077);
    await fixture.store.commit({ steps: [{ do: "append", table: "log", row: { number: 1 } }] });
    assert.deepEqual(modes(), [0, 0, 0]);
    for await (const chunk of fixture.store.snapshot()) {
      assert.ok(chunk.length > 0);
      assert.deepEqual(modes(), [0, 0, 0, 0]);
    }
  });

  test("and refuses work once it is closed", async () => {
    const fixture = await openTestStore(KILL_TABLES);
    const { store } = fixture;
    const late = store.commit({ steps: [{ do: "append", table: "log", row: { number: 1 } }] });
    await fixture[Symbol.asyncDispose]();
    assert.ok((await late).committed, "what was handed over before is written");
    await assert.rejects(store.commit({ steps: [] }), (error) => isFault(error, "store.unavailable"));
    await assert.rejects(
      store.view((view) => view.count({ table: "rows", where: EVERY_ROW })),
      (error) => isFault(error, "store.unavailable"),
    );
    await store[Symbol.asyncDispose]();
  });
});

describe("Holdfast's lock of its folder", () => {
  test("keeps another process out, and ends with its holder however that ends", async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "lock.db");
      const child = fork(new URL("./lock-child.ts", import.meta.url), [path]);
      await once(child, "message");
      await assert.rejects(lockFolder(path), refused(/Another process uses the folder/));
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
      await using lock = await lockFolder(path);
      assert.ok(lock);
      await assert.rejects(lockFolder(path), refused(/Another process/));
    });
  });

  test("can be taken again when it has been given back", async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "lock.db");
      for (let round = 0; round < 3; round += 1) {
        await using lock = await lockFolder(path);
        assert.ok(lock);
      }
    });
  });

  test("says when the folder is not there", async () => {
    await assert.rejects(lockFolder("/nowhere/at/all/lock.db"), refused(/cannot be opened/));
  });
});
