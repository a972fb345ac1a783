import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { concatBytes, equalBytes, utf8 } from "../../src/kit/index.ts";
import {
  beginFirstStart,
  createSecretFiles,
  type FileSystem,
  fileKeyring,
  isPageRotating,
  type Keys,
  openVault,
  openVaultWithKit,
  type PageShelf,
  settlePages,
  switchPage,
} from "../../src/vault/index.ts";
import { CUTS, type Cut, type CutFileSystem, createCutFileSystem, DiskError, type Failure } from "./cut-file-system.ts";
import { fixedClock } from "./fixture.ts";

const clock = fixedClock();
const FOLDER = "/data";
const KEYRING = `${FOLDER}/keyring`;
const ROOT = { reference: "file:/roots/first", text: "" };
const ROWS = utf8("rows");

const databaseOf = (generation: number): string => `${FOLDER}/data-${generation}.db`;

/** A database is what lies under its page key: here simply behind it. */
const sealed = (keys: Keys, generation: number): Uint8Array => concatBytes([keys.pageKey(generation), ROWS]);

function shelfOn(fs: FileSystem, keys: Keys): PageShelf {
  const files = createSecretFiles(fs);
  return {
    // As an engine does it: in place, and on disk only at its end.
    build: async (from, to) => {
      assert.ok(equalBytes(files.read(databaseOf(from)) ?? new Uint8Array(0), sealed(keys, from)));
      const bytes = sealed(keys, to);
      const file = fs.openSync(databaseOf(to), "wx");
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at);
      fs.fsyncSync(file);
      fs.closeSync(file);
      const folder = fs.openSync(FOLDER, "r");
      fs.fsyncSync(folder);
      fs.closeSync(folder);
    },
    remove: async (generation) => files.remove(databaseOf(generation)),
  };
}

interface Kept {
  root: typeof ROOT | undefined;
  kit: string;
  hasRows: boolean;
  asked: boolean;
  settled: boolean;
}

const newKept = (): Kept => ({ root: undefined, kit: "", hasRows: false, asked: false, settled: false });

async function life(fs: CutFileSystem, kept: Kept): Promise<void> {
  const keyring = fileKeyring(fs, KEYRING);
  const first = beginFirstStart({ keyring, clock });
  const root = { reference: ROOT.reference, text: first.rootText };
  kept.root = root;
  kept.kit = first.kitText;
  first.finish(root);
  const { keys } = openVault({ keyring, roots: [root], clock, cores: 1 });
  createSecretFiles(fs).replace(databaseOf(keys.pageGeneration), sealed(keys, keys.pageGeneration));
  kept.hasRows = true;
  keys.addPageKey();
  kept.asked = true;
  await start(fs, kept);
  kept.settled = true;
}

/** What a start does about it, with the rows read in between as the store would. */
async function start(fs: CutFileSystem, kept: Kept): Promise<Keys> {
  assert.ok(kept.root);
  const { keys } = openVault({ keyring: fileKeyring(fs, KEYRING), roots: [kept.root], clock, cores: 1 });
  const shelf = shelfOn(fs, keys);
  if (isPageRotating(keys)) await switchPage({ keys, shelf });
  assertReads(fs, keys);
  await settlePages({ keys, shelf });
  return keys;
}

function assertReads(fs: CutFileSystem, keys: Keys): void {
  const file = createSecretFiles(fs).read(databaseOf(keys.pageGeneration));
  assert.deepEqual(file, sealed(keys, keys.pageGeneration), `generation ${keys.pageGeneration} does not open`);
}

/** With the root and with the kit alone, before anything is mended; then a start ends what was cut off. */
async function assertLives(fs: CutFileSystem, kept: Kept): Promise<void> {
  if (!kept.hasRows || kept.root === undefined) return;
  const keyring = fileKeyring(fs, KEYRING);
  assertReads(fs, openVault({ keyring, roots: [kept.root], clock, cores: 1 }).keys);
  assertReads(fs, openVaultWithKit({ keyring, kit: kept.kit, clock, cores: 1 }).keys);
  await start(fs, kept);
  const keys = await start(fs, kept);
  const pages = keys.list.filter(({ kind }) => kind === "page");
  assert.deepEqual(
    pages.filter(({ state }) => state !== "retired").map(({ id }) => id),
    [keys.pageGeneration],
  );
  assert.deepEqual(
    fs.list(FOLDER).filter((name) => name.endsWith(".db")),
    [databaseOf(keys.pageGeneration)],
  );
  if (kept.asked) assert.equal(keys.pageGeneration, 8);
  if (kept.settled) assert.throws(() => keys.pageKey(1), { code: "vault.refused" });
}

describe("Holdfast's page key", () => {
  test("is replaced so that the database opens whenever the power goes, and the next start ends the work", async () => {
    const fs = createCutFileSystem();
    const kept = newKept();
    const disks: { readonly left: CutFileSystem; readonly kept: Kept; readonly moment: string }[] = [];
    let moment = 0;
    fs.watch(() => {
      moment += 1;
      for (const cut of Object.keys(CUTS))
        disks.push({ left: fs.afterCut(cut as Cut), kept: { ...kept }, moment: `moment ${moment}, ${cut}` });
    });
    await life(fs, kept);
    assert.ok(moment > 60, `${moment} moments`);
    for (const { left, kept: acknowledged, moment: when } of disks) {
      await assertLives(left, acknowledged).catch((cause: unknown) => assert.fail(new Error(when, { cause })));
    }
  });

  for (const failure of ["before", "after"] satisfies readonly Failure[]) {
    test(`stays or is replaced as a whole when any call fails (${failure} its work) and the disk comes back`, async () => {
      let call = 1;
      for (; ; call += 1) {
        const fs = createCutFileSystem();
        const kept = newKept();
        fs.failAt(call, failure);
        await life(fs, kept).catch((error: unknown) => assert.ok(error instanceof DiskError, `call ${call}: ${String(error)}`));
        const isOver = kept.settled && fs.calls() < call;
        fs.mend();
        await assertLives(fs, kept).catch((cause: unknown) => assert.fail(new Error(`call ${call}`, { cause })));
        if (isOver) break;
      }
      assert.ok(call > 30, `the life has only ${call} calls`);
    });
  }

  test("waits once however often it is asked for, is never switched to without waiting, and the newest is never let go", async () => {
    const fs = createCutFileSystem();
    const kept = newKept();
    await life(fs, kept);
    const keys = await start(fs, kept);
    assert.equal(keys.addPageKey(), 9);
    assert.equal(keys.addPageKey(), 9);
    assert.throws(() => keys.switchPage(1), { code: "vault.refused" });
    assert.throws(() => keys.retirePageKey(keys.pageGeneration), { code: "vault.refused" });
    assert.equal(keys.pageGeneration, 8);
  });
});
