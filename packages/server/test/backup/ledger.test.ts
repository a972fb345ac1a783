import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createFolderTarget, ledgerEnd, startLedger, type Target } from "../../src/backup/index.ts";
import { decodeSegment, encodeSegment, hashOf, readChain } from "../../src/backup/ledger-format.ts";
import { LEDGER } from "../../src/backup/tables.ts";
import { formatId, personal } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/filter.ts";
import { type KeptHouse, openKeptHouse } from "./kept-house.ts";

async function remove(it: KeptHouse): Promise<string> {
  const id = it.house.opened.vault.newId();
  const account = personal(formatId(id), id);
  await it.house.store.commit({ steps: it.trail.entry({ kind: "account.removed", at: it.clock.now(), account }) });
  return formatId(id);
}

/** Until so many files lie there. */
async function filesIn(target: Target, count: number): Promise<readonly Uint8Array[]> {
  for (let tries = 0; tries < 400; tries += 1) {
    const names = (await target.list()).map(({ name }) => name).sort();
    if (names.length >= count) {
      const whole = await Promise.all(names.map(async (name) => Buffer.concat(await Array.fromAsync(target.read(name)))));
      return whole.map((bytes) => new Uint8Array(bytes));
    }
    await wait(10);
  }
  throw new Error(`There are not ${count} files of the ledger.`);
}

const start = (it: KeptHouse, target: Target) =>
  startLedger({ store: it.house.store, vault: it.house.opened.vault, trail: it.trail, clock: it.clock, target });

async function threeFiles(
  it: KeptHouse,
): Promise<{ readonly files: readonly Uint8Array[]; readonly who: readonly string[]; readonly target: Target }> {
  const target = createFolderTarget(join(it.house.folder, "backups"));
  await using _ledger = start(it, target);
  const who: string[] = [];
  for (let count = 1; count <= 3; count += 1) {
    who.push(await remove(it));
    await filesIn(target, count);
  }
  return { files: await filesIn(target, 3), who, target };
}

test("Holdfast puts erasures and revocations beside the backups, signed and chained, without telling who they are of", async () => {
  await using it = await openKeptHouse();
  const { vault } = it.house.opened;
  const { files, who } = await threeFiles(it);
  const chain = readChain(files, { instanceId: vault.instanceId, from: null, vault });
  assert.deepEqual(
    chain?.entries.map((entry) => [entry.what, entry.who]),
    who.map((id) => ["removed", id]),
  );
  for (const bytes of files) for (const id of who) assert.ok(!Buffer.from(bytes).toString().includes(id));
  const left = await it.house.store.view((view) => view.count({ table: LEDGER, where: EVERY_ROW }));
  assert.equal(left, 0, "what is signed leaves the log");
  const end = await ledgerEnd(it.house.store, vault);
  assert.equal(end?.size, 3);
  assert.deepEqual(readChain(files, { instanceId: vault.instanceId, from: end, vault })?.entries, []);
});

test("Holdfast writes to the ledger what belongs there, in the commit that it tells of or not at all", async () => {
  await using it = await openKeptHouse();
  const { vault } = it.house.opened;
  const id = vault.newId();
  const account = personal(formatId(id), id);
  const at = it.clock.now();
  const events = [
    [{ kind: "account.changed", at, account, what: "password and metadata" }, ["password"]],
    [{ kind: "account.changed", at, account, what: "metadata" }, []],
    [{ kind: "roles.changed", at, account, roles: "[]" }, ["roles"]],
    [{ kind: "key.revoked", at, key: "k" }, ["key"]],
    [{ kind: "account.created", at, account, by: "x" }, []],
  ] as const;
  for (const [event, words] of events) {
    const steps = it.trail.entry(event).filter((step) => step.table === LEDGER);
    assert.deepEqual(
      steps.map((step) => (step.do === "append" ? step.row["what"] : step.do)),
      words,
      event.kind,
    );
  }
  assert.equal(it.trail.forget(id).filter((step) => step.table === LEDGER).length, 1);
  const refused = await it.house.store.commit({
    steps: [...it.trail.entry({ kind: "key.revoked", at, key: "k" }), { do: "expect", table: "things", where: EVERY_ROW, rows: 9 }],
  });
  assert.equal(refused.committed, false);
  assert.equal(await it.house.store.view((view) => view.count({ table: LEDGER, where: EVERY_ROW })), 0);
});

test("Holdfast notices a ledger that lost a file, was altered, was put together from two, or is older than the backup", async () => {
  await using it = await openKeptHouse();
  await using other = await openKeptHouse();
  const { vault } = it.house.opened;
  const { files } = await threeFiles(it);
  const [one, two, three] = files;
  const foreign = (await threeFiles(other)).files;
  assert.ok(one && two && three && foreign[1]);
  const end = await ledgerEnd(it.house.store, vault);
  const from = null;
  const broken = { code: "backup.refused" };
  const read = (some: readonly Uint8Array[], since: typeof end = from) =>
    readChain(some, { instanceId: vault.instanceId, from: since, vault });
  assert.throws(() => read([one, three]), broken);
  assert.throws(() => read([two, three]), broken);
  assert.throws(() => read([one, foreign[1] ?? one, three]), broken);
  assert.equal(read([...foreign, ...files])?.entries.length, 3, "another app's ledger in the same place is left alone");
  assert.equal(read(foreign), undefined);
  assert.throws(() => read([one, two], end), broken);
  // Signed by the same keys, as a twin of the folder would, and not a successor of the first.
  const twin = { instanceId: vault.instanceId, number: 2, size: 2, at: it.clock.now(), entries: [{ what: "key", who: "k", at: 0 }] };
  assert.equal(read([one, encodeSegment({ ...twin, previous: hashOf(one) }, vault)])?.entries.length, 2);
  assert.throws(() => read([one, encodeSegment({ ...twin, previous: hashOf(three) }, vault)]), broken);
  for (let at = 0; at < two.length; at += 7) {
    const changed = Uint8Array.from(two);
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.throws(() => decodeSegment(changed, vault), `byte ${at}`);
  }
  assert.equal(read(files)?.entries.length, 3);
  // The end can be cut off unseen; what is known is known until the last file's time.
  assert.equal(read([one, two])?.entries.length, 2);
});

test("Holdfast keeps the ledger while the target is down, tells of it once, and sends all of it in order afterwards", async () => {
  await using it = await openKeptHouse();
  const real = createFolderTarget(join(it.house.folder, "backups"));
  let isDown = true;
  const flaky: Target = {
    ...real,
    keepSmall: (name, bytes) => (isDown ? Promise.reject(new Error("The network is gone.")) : real.keepSmall(name, bytes)),
  };
  {
    await using ledger = start(it, flaky);
    await remove(it);
    await remove(it);
    while ((await ledger.waiting()) === 0) await wait(5);
    while ((await it.told(["ledger.failed"])).length === 0) await wait(5);
  }
  assert.deepEqual(await real.list(), []);
  isDown = false;
  await using _ledger = start(it, flaky);
  const { vault } = it.house.opened;
  const sizes: number[] = [];
  for (let count = 1; sizes.at(-1) !== 2; count += 1) {
    const files = await filesIn(real, count);
    sizes.push(decodeSegment(files.at(-1) ?? new Uint8Array(0), vault).size);
  }
  assert.equal((await it.told(["ledger.failed"])).length, 1);
});

test("Holdfast overwrites no file of a ledger, and finishes one that a power cut has cut", async () => {
  await using it = await openKeptHouse();
  const folder = join(it.house.folder, "backups");
  const target = createFolderTarget(folder);
  const bytes = new TextEncoder().encode("whole");
  await target.keepSmall("a", bytes.subarray(0, 2));
  await target.keepSmall("a", bytes);
  await target.keepSmall("a", bytes);
  assert.deepEqual(new Uint8Array(await readFile(join(folder, "a"))), bytes);
  await assert.rejects(target.keepSmall("a", new TextEncoder().encode("other")), { code: "backup.refused" });
  await assert.rejects(target.keepSmall("../a", bytes), { code: "backup.refused" });
  assert.deepEqual(await readdir(folder), ["a"]);
});
