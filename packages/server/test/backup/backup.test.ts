import assert from "node:assert/strict";
import * as fs from "node:fs";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Backup, createBackup, type Restored, restoreBackup } from "../../src/backup/index.ts";
import { isFault, personal, systemClock } from "../../src/kit/index.ts";
import type { Table } from "../../src/model/schema.ts";
import { dataPaths } from "../../src/settings.ts";
import { openSqliteStore, type Store } from "../../src/store/index.ts";
import { createTrail, createTrailReader, type Trail, tables as trailTables } from "../../src/trail/index.ts";
import { createRootText, fileKeyring, openVault } from "../../src/vault/index.ts";
import { openTrailHouse, type TrailHouse } from "../trail/trail-house.ts";

const FLIPS = process.env["HOLDFAST_SLOW"] === undefined ? 40 : 2_000;

const things: Table = {
  name: "things",
  kind: "rows",
  key: ["id"],
  columns: [
    { name: "id", type: "integer", nullable: false },
    { name: "filler", type: "blob", nullable: false },
  ],
  indexes: [],
  changes: false,
};
const sessions: Table = { ...things, name: "sessions" };
const tables = [...trailTables, things, sessions];
const tableNames = tables.map(({ name }) => name);
const limits = { scanRowsMax: 100_000 };

interface BackupHouse extends AsyncDisposable {
  readonly house: TrailHouse;
  readonly trail: Trail;
  readonly backup: Backup;
  readonly path: string;
}

async function openBackupHouse({ rows = 300, store }: { rows?: number; store?: (real: Store) => Store } = {}): Promise<BackupHouse> {
  const house = await openTrailHouse();
  const report = await house.store.migrate({ tables });
  const { vault, keys, sealer } = house.opened;
  const trail = await createTrail({
    store: house.store,
    report,
    vault,
    clock: systemClock,
    keepCheckpoint: () => Promise.resolve(),
    lastCheckpoint: undefined,
  });
  trail.start();
  const filler = vault.randomBytes(1_000);
  for (let id = 0; id < rows; id += 100) {
    const batch = Array.from({ length: 100 }, (_, at) => ({ do: "insert", table: "things", row: { id: id + at, filler } }) as const);
    await house.store.commit({
      steps: [...batch, ...trail.entry({ kind: "account.created", at: id, account: personal(`a${id}`, vault.newId()), by: "x" })],
    });
  }
  await house.store.commit({ steps: [{ do: "insert", table: "sessions", row: { id: 1, filler } }] });
  const backup = createBackup({
    store: store?.(house.store) ?? house.store,
    vault,
    keys,
    sealer,
    keyring: house.keyring,
    trail,
    clock: systemClock,
    tables: tableNames,
    cipher: "aegis",
    version: "0",
    databaseFile: join(house.folder, "data.db"),
    ledgerEnd: () => Promise.resolve(null),
  });
  return {
    house,
    trail,
    backup,
    path: join(house.folder, "backups", "one.holdfast"),
    async [Symbol.asyncDispose]() {
      await trail[Symbol.asyncDispose]();
      await house[Symbol.asyncDispose]();
    },
  };
}

type Opener = { readonly kit: string } | { readonly roots: readonly { readonly reference: string; readonly text: string }[] };
const newRoot = { reference: "file:elsewhere", text: createRootText() };

function restore(file: string, data: string, by: Opener): Promise<Restored> {
  return restoreBackup({
    file,
    places: dataPaths(data),
    by,
    placeRoot: () => Promise.resolve(newRoot),
    endedTables: ["sessions", "unknown to this backup"],
    ledgerFiles: () => Promise.resolve([]),
    clock: systemClock,
  });
}

for (const [opener, by] of [
  ["the recovery kit alone", (house: TrailHouse): Opener => ({ kit: house.kit })],
  ["a root alone", (house: TrailHouse): Opener => ({ roots: [house.root] })],
] as const) {
  test(`Holdfast restores the same rows with ${opener}, ends sessions and begins a new log that names the old one`, async () => {
    await using it = await openBackupHouse();
    const { manifest } = await it.backup.make(it.path);
    assert.deepEqual([manifest.counts["things"], manifest.counts["sessions"], manifest.ledger], [300, 1, null]);
    const data = join(it.house.folder, "restored");
    const restored = await restore(it.path, data, by(it.house));
    assert.deepEqual([restored.ended, restored.oldTrail.size, restored.unknownSince], [1, 3, manifest.madeAt]);
    assert.deepEqual((await readdir(data)).sort(), ["data-1.db", "keyring", "lock.db"]);

    const paths = dataPaths(data);
    const opened = openVault({ keyring: fileKeyring(fs, paths.keyring), roots: [newRoot], clock: systemClock, cores: 1 });
    const { vault, keys } = opened;
    assert.deepEqual(vault.appId, it.house.opened.vault.appId);
    assert.notDeepEqual(vault.instanceId, it.house.opened.vault.instanceId);
    await using store = await openSqliteStore({
      file: paths.database(1),
      key: keys.pageKey(1),
      cipher: "aegis",
      limits,
      clock: systemClock,
    });
    const report = await store.migrate({ tables });
    const read = (from: Store): Promise<readonly unknown[]> =>
      from.view((view) => view.read({ table: "things", columns: ["id", "filler"], where: { op: "all", of: [] } }));
    assert.deepEqual(await read(store), await read(it.house.store));
    const notes: string[] = [];
    await using trail = await createTrail({
      store,
      report,
      vault,
      clock: systemClock,
      keepCheckpoint: async (note) => void notes.push(note),
      lastCheckpoint: undefined,
    });
    trail.start();
    const head = await trail.settle();
    assert.equal(head.size, 1);
    const reader = createTrailReader({ store, report, vault });
    const verification = await reader.verify({ witness: notes.at(-1) });
    assert.deepEqual(verification.findings, []);
    assert.deepEqual(
      verification.logs.map(({ entries }) => entries),
      [3, 1],
    );
    const [first] = await reader.show({ kinds: ["restore.done"], from: undefined, to: undefined, last: 1, personal: "closed" });
    assert.equal(first?.slots["oldOrigin"], it.trail.head()?.origin);
  });
}

test("Holdfast backs up while others write, and restores a moment of it", async () => {
  await using it = await openBackupHouse();
  const filler = new Uint8Array(10);
  let isDone = false;
  const writing = (async () => {
    for (let id = 1_000; !isDone; id += 1)
      await it.house.store.commit({
        steps: [
          { do: "insert", table: "things", row: { id, filler } },
          ...it.trail.entry({ kind: "server.started", at: id, version: "x", instance: "x" }),
        ],
      });
  })();
  await it.backup.make(it.path);
  isDone = true;
  await writing;
  await restore(it.path, join(it.house.folder, "restored"), { kit: it.house.kit });
});

test("Holdfast finds every flipped bit of a backup, calls it damage and not a wrong key, and leaves no folder", async () => {
  await using it = await openBackupHouse({ rows: 100 });
  await it.backup.make(it.path);
  const whole = await readFile(it.path);
  const broken = join(it.house.folder, "broken");
  const data = join(it.house.folder, "restored");
  const keyringBytes = it.house.keyring.load()?.length ?? 0;
  const spread = (over: number): readonly number[] => Array.from({ length: FLIPS }, (_, flip) => Math.floor((over * flip) / FLIPS));
  for (const [flip, at] of [...spread(keyringBytes), ...spread(whole.length)].entries()) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ (1 << (flip % 8));
    await writeFile(broken, changed);
    await assert.rejects(restore(broken, data, { kit: it.house.kit }), isDamage, `byte ${at}`);
    assert.ok(!existsSync(data), `byte ${at}`);
  }
});

/** Who reads it is told to take another backup, and not to look for another key. */
function isDamage(error: unknown): boolean {
  return isFault(error, "backup.refused") && error.message.includes("damaged") && !error.message.includes("root key");
}

test("Holdfast finds a backup that is cut, lengthened, reordered or put together from two", async () => {
  await using it = await openBackupHouse({ rows: 200 });
  await it.backup.make(it.path);
  await it.backup.make(`${it.path}-2`);
  const whole = await readFile(it.path);
  const other = await readFile(`${it.path}-2`);
  const swapped = Buffer.from(whole);
  const [early, late] = [whole.length - 3 * 65_552, whole.length - 2 * 65_552];
  whole.copy(swapped, early, late, late + 65_552);
  whole.copy(swapped, late, early, early + 65_552);
  const changed: readonly (readonly [string, Uint8Array])[] = [
    ["nothing", new Uint8Array(0)],
    ["half a name", whole.subarray(0, 9)],
    ["without its end", whole.subarray(0, -1)],
    ["without its last chunk", whole.subarray(0, -65_552)],
    ["half", whole.subarray(0, whole.length / 2)],
    ["with a byte more", Buffer.concat([whole, Buffer.alloc(1)])],
    ["twice", Buffer.concat([whole, whole])],
    ["with two chunks that changed places", swapped],
    ["with the end of another", Buffer.concat([whole.subarray(0, early), other.subarray(-3 * 65_552)])],
  ];
  const file = join(it.house.folder, "changed");
  const data = join(it.house.folder, "restored");
  for (const [how, bytes] of changed) {
    await writeFile(file, bytes);
    for (const opener of [{ kit: it.house.kit }, { roots: [it.house.root] }])
      await assert.rejects(restore(file, data, opener), isDamage, how);
    assert.ok(!existsSync(data), how);
  }
});

test("Holdfast finds the keyring of another day in a backup", async () => {
  await using it = await openBackupHouse({ rows: 100 });
  const before = it.house.keyring.load() ?? new Uint8Array(0);
  it.house.opened.keys.confirmKit(it.house.kit);
  const after = it.house.keyring.load() ?? new Uint8Array(0);
  await it.backup.make(it.path);
  const whole = await readFile(it.path);
  const start = whole.indexOf(after);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(before.length);
  await writeFile(it.path, Buffer.concat([whole.subarray(0, start - 4), length, before, whole.subarray(start + after.length)]));
  await assert.rejects(restore(it.path, join(it.house.folder, "restored"), { kit: it.house.kit }), /its keyring was exchanged/);
});

test("Holdfast opens no backup with the kit or the root of another app, and asks for the right one", async () => {
  await using it = await openBackupHouse({ rows: 100 });
  await using other = await openTrailHouse();
  await it.backup.make(it.path);
  const data = join(it.house.folder, "restored");
  const wrong: readonly (readonly [Opener, RegExp])[] = [
    [{ kit: other.kit }, /^This recovery kit does not belong .* --old-root REFERENCE/],
    [{ kit: it.house.kit.replace(/[A-Z0-9]\n/g, "\n") }, /^This is not a recovery kit, or it has a slip/],
    [{ roots: [other.root] }, /^This root key does not open this backup\. .* --kit FILE/],
  ];
  for (const [opener, message] of wrong) {
    await assert.rejects(restore(it.path, data, opener), { code: "backup.refused", message });
    assert.ok(!existsSync(data));
  }
});

test("Holdfast takes away every folder that it made for a restore it refused, and none that was there", async () => {
  await using it = await openBackupHouse({ rows: 100 });
  const data = join(it.house.folder, "was there", "made", "restored");
  const refusals: readonly (readonly [string, string])[] = [
    ["nothing lies there", join(it.house.folder, "nothing")],
    ["a folder", it.house.folder],
    ["no backup", join(it.house.folder, "data.db")],
  ];
  await mkdir(join(it.house.folder, "was there"));
  for (const [what, file] of refusals) {
    await assert.rejects(restore(file, data, { kit: it.house.kit }), { code: "backup.refused" }, what);
    assert.deepEqual(await readdir(join(it.house.folder, "was there")), [], what);
  }
  await mkdir(data, { recursive: true });
  await assert.rejects(restore(it.path, data, { kit: it.house.kit }), { code: "backup.refused" });
  assert.deepEqual(await readdir(data), []);
});

test("Holdfast restores only into an empty folder, and touches nothing in any other", async () => {
  await using it = await openBackupHouse({ rows: 100 });
  await it.backup.make(it.path);
  const data = join(it.house.folder, "used");
  await mkdir(data);
  await writeFile(join(data, "mine"), "x");
  await assert.rejects(restore(it.path, data, { kit: it.house.kit }), { code: "backup.refused" });
  assert.deepEqual(await readdir(data), ["mine"]);
});

test("Holdfast writes a backup over nothing, and leaves nothing of one that failed", async () => {
  const breaking = (real: Store): Store => ({
    ...real,
    async *snapshot() {
      yield new Uint8Array(100_000);
      await Promise.resolve();
      throw new Error("The disk went away.");
    },
  });
  await using it = await openBackupHouse({ rows: 100, store: breaking });
  await assert.rejects(it.backup.make(it.path), { code: "backup.refused" });
  assert.deepEqual(await readdir(join(it.house.folder, "backups")), []);
  await writeFile(it.path, "mine");
  await assert.rejects(it.backup.make(it.path), { code: "backup.refused" });
  assert.equal(await readFile(it.path, "utf8"), "mine");
  await it.trail.settle();
  const reader = createTrailReader({ store: it.house.store, report: it.house.report, vault: it.house.opened.vault });
  const failures = await reader.show({ kinds: ["backup.failed"], from: undefined, to: undefined, last: 9, personal: "closed" });
  assert.equal(failures.length, 2);
});

test("Holdfast keeps a backup for its owner alone, reports how far it is, and records that it was made", async (context) => {
  await using it = await openBackupHouse({ rows: 5_000 });
  const steps: number[] = [];
  const { bytes } = await it.backup.make(it.path, ({ done, total }) => void steps.push(done / total));
  assert.equal((await stat(it.path)).mode & 0o777, 0o600);
  assert.equal((await stat(it.path)).size, bytes);
  assert.equal(steps.at(-1), 1);
  assert.ok(steps.every((step, at) => step >= (steps[at - 1] ?? 0) && step <= 1));
  const begun = performance.now();
  await restore(it.path, join(it.house.folder, "restored"), { kit: it.house.kit });
  const seconds = (performance.now() - begun) / 1_000;
  context.diagnostic(
    `restored and proved ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(2)} s: ${(bytes / 1e6 / seconds).toFixed(0)} MB/s`,
  );
  await it.trail.settle();
  const reader = createTrailReader({ store: it.house.store, report: it.house.report, vault: it.house.opened.vault });
  const [made] = await reader.show({ kinds: ["backup.made"], from: undefined, to: undefined, last: 1, personal: "closed" });
  assert.equal(made?.slots["bytes"], bytes);
});

test("Holdfast says of a folder whose restore was cut off that it is not whole", async () => {
  await using it = await openBackupHouse({ rows: 100 });
  await it.backup.make(it.path);
  const data = join(it.house.folder, "restored");
  let seen = false;
  await restoreBackup({
    file: it.path,
    places: dataPaths(data),
    by: { kit: it.house.kit },
    placeRoot: () => {
      seen = existsSync(dataPaths(data).restoring);
      return Promise.resolve(newRoot);
    },
    endedTables: [],
    ledgerFiles: () => Promise.resolve([]),
    clock: systemClock,
  });
  assert.ok(seen);
  assert.ok(!existsSync(dataPaths(data).restoring));
});
