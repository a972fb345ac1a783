import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createFolderTarget, type Target } from "../../src/backup/index.ts";
import { createRootText } from "../../src/vault/index.ts";
import { openKeptHouse } from "./kept-house.ts";

const DAY = 86_400_000;

test("Holdfast makes a backup when one is due, proves it by restoring it, and lets go of those that no rule keeps", async () => {
  await using it = await openKeptHouse();
  const folder = join(it.house.folder, "backups");
  const keeper = it.keeper(createFolderTarget(folder));
  await keeper.tend();
  const first = await keeper.status();
  assert.equal(first.backups.length, 1);
  assert.deepEqual([first.lastDrill?.passed, first.lastDrill?.lossMs], [true, 0]);
  assert.ok((first.lastDrill?.rows ?? 0) > 0);
  assert.ok(first.backups[0]?.provenAt !== null);
  await keeper.tend();
  assert.equal((await keeper.status()).backups.length, 1, "nothing was due");
  for (let day = 1; day <= 4; day += 1) {
    it.clock.advance(DAY);
    await keeper.tend();
  }
  const { backups, lastDrill, drillDueAt } = await keeper.status();
  // The two newest by the rule, and the first, which is the last that a drill has proven.
  assert.deepEqual(
    backups.map(({ number }) => number),
    [5, 4, 1],
  );
  assert.deepEqual((await readdir(folder)).sort(), backups.map(({ name }) => name).sort());
  assert.equal(lastDrill?.number, 1);
  assert.equal(drillDueAt, (lastDrill?.at ?? 0) + 7 * DAY);
  assert.deepEqual(await it.told(["backup.removed", "drill.failed", "backup.failed"]), [
    `backup.removed no rule keeps it`,
    `backup.removed no rule keeps it`,
  ]);
  it.clock.advance(3 * DAY);
  await keeper.tend();
  assert.equal((await keeper.status()).lastDrill?.number, 2, "a week later the next drill is due");
});

const DAMAGES: readonly (readonly [what: string, damage: (file: string) => Promise<void>, because: RegExp])[] = [
  ["a flipped bit", flip, /damaged/],
  ["a lost end", async (file) => writeFile(file, (await readFile(file)).subarray(0, -100)), /damaged/],
  ["a file that is gone", (file) => rm(file), /is not there/],
  ["another file", (file) => writeFile(file, "not a backup\n".repeat(100)), /not a backup/],
];

for (const [what, damage, because] of DAMAGES) {
  test(`Holdfast tells by a drill of ${what}, leaves nothing in the scratch folder, and proves the next backup`, async () => {
    await using it = await openKeptHouse();
    const folder = join(it.house.folder, "backups");
    const keeper = it.keeper(createFolderTarget(folder));
    const { name } = await keeper.backUp();
    await damage(join(folder, name));
    const failed = await keeper.drill();
    assert.equal(failed.passed, false);
    assert.match(failed.because ?? "", because);
    assert.ok(!existsSync(it.scratch));
    assert.equal((await keeper.status()).backups[0]?.provenAt, null);
    const [told] = await it.told(["drill.failed"]);
    assert.match(told ?? "", because);
    it.clock.advance(DAY);
    await keeper.tend();
    assert.equal((await keeper.status()).lastDrill?.passed, true);
  });
}

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(file, bytes);
}

test("Holdfast clears what a drill that was cut off has left, before the next and at the next look", async () => {
  await using it = await openKeptHouse();
  const keeper = it.keeper(createFolderTarget(join(it.house.folder, "backups")));
  await mkdir(join(it.scratch, "deep"), { recursive: true });
  await writeFile(join(it.scratch, "data-1.db"), "left by a crash");
  await keeper.tend();
  assert.ok(!existsSync(it.scratch));
  assert.equal((await keeper.status()).lastDrill?.passed, true);
  await mkdir(it.scratch, { recursive: true });
  await writeFile(join(it.scratch, "data-1.db"), "left by a crash");
  assert.equal((await keeper.drill()).passed, true);
  assert.ok(!existsSync(it.scratch));
});

test("Holdfast makes a new backup when the root key was replaced, and says of the old one that today's root does not open it", async () => {
  await using it = await openKeptHouse();
  const keeper = it.keeper(createFolderTarget(join(it.house.folder, "backups")));
  await keeper.backUp();
  const { keys } = it.house.opened;
  const [old] = keys.roots;
  keys.addRoot({ reference: "env:NEXT", text: createRootText() });
  keys.dropRoot(old?.id ?? "");
  keys.forgetRoot(old?.id ?? "");
  assert.match((await keeper.drill()).because ?? "", /root key of today does not open this backup/);
  it.clock.advance(1_000);
  await keeper.tend();
  const { backups, lastDrill } = await keeper.status();
  assert.equal(backups.length, 2);
  assert.equal(lastDrill?.passed, true);
});

test("Holdfast records that backups cannot be written, tries again an hour later, and still drills what there is", async () => {
  await using it = await openKeptHouse();
  const real = createFolderTarget(join(it.house.folder, "backups"));
  let isDown = false;
  let tries = 0;
  const failing: Target = {
    ...real,
    keep: (name, make) => {
      tries += 1;
      return isDown ? Promise.reject(new Error("The network is gone.")) : real.keep(name, make);
    },
  };
  const keeper = it.keeper(failing);
  await keeper.tend();
  isDown = true;
  it.clock.advance(8 * DAY);
  await assert.rejects(keeper.tend());
  await keeper.tend();
  assert.equal(tries, 2, "not at every look");
  assert.equal((await keeper.status()).lastDrill?.number, 2);
  assert.equal((await it.told(["backup.failed"])).length, 1);
  isDown = false;
  it.clock.advance(3_600_001);
  await keeper.tend();
  assert.equal((await keeper.status()).backups[0]?.number, 2);
});

test("Holdfast deletes no backup while the clock has jumped beside the steady one", async () => {
  await using it = await openKeptHouse();
  let jumpMs = 0;
  const clock = { now: () => it.clock.now() + jumpMs, elapsed: it.clock.elapsed };
  const keeper = it.keeper(createFolderTarget(join(it.house.folder, "backups")), { clock });
  for (let day = 0; day < 3; day += 1) {
    await keeper.backUp();
    it.clock.advance(DAY);
  }
  jumpMs = 365 * DAY;
  await keeper.tend();
  assert.equal((await keeper.status()).backups.length, 4);
  jumpMs = 0;
  await keeper.tend();
  assert.ok((await keeper.status()).backups.length < 5);
});

test("Holdfast restores no backup for a drill where that would fill the disk", async () => {
  await using it = await openKeptHouse();
  const folder = join(it.house.folder, "backups");
  const keeper = it.keeper(createFolderTarget(folder));
  const { number } = await keeper.backUp();
  const set = { bytes: 2 ** 52 };
  await it.house.store.commit({ steps: [{ do: "update", table: "backup.backups", key: [number], version: 1, set }] });
  const { passed, because } = await keeper.drill();
  assert.equal(passed, false);
  assert.match(because ?? "", /no room/);
  assert.ok(!existsSync(it.scratch));
});

test("Holdfast refuses a backup of another app or of a longer trail as proof", async () => {
  await using it = await openKeptHouse();
  await using other = await openKeptHouse();
  const folder = join(it.house.folder, "backups");
  const mine = it.keeper(createFolderTarget(folder));
  const theirs = other.keeper(createFolderTarget(join(other.house.folder, "backups")));
  const [{ name }, stranger] = [await mine.backUp(), await theirs.backUp()];
  await writeFile(join(folder, name), await readFile(join(other.house.folder, "backups", stranger.name)));
  const { passed, because } = await mine.drill();
  assert.equal(passed, false);
  assert.match(because ?? "", /does not open this backup/);
  const rolledBack = { ...other.trail, settle: async () => ({ ...(await other.trail.settle()), size: -1 }) };
  const after = await other.keeper(createFolderTarget(join(other.house.folder, "backups")), { trail: rolledBack }).drill();
  assert.match(after.because ?? "", /knows \d+ entries of the trail, and the server has -1/);
});
