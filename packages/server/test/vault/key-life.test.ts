import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { concatBytes, isFault, utf8 } from "../../src/kit/index.ts";
import {
  beginFirstStart,
  createRootText,
  createSecretFiles,
  type FileSystem,
  fileKeyring,
  namedRoots,
  type OpenedVault,
  openStreamWithKit,
  openVault,
  openVaultWithKit,
  type Place,
  type RootInput,
  type RootShelf,
  restoreKeyring,
  rotateRoot,
  settleRoots,
} from "../../src/vault/index.ts";
import { CUTS, type Cut, type CutFileSystem, createCutFileSystem, DiskError, type Failure } from "./cut-file-system.ts";
import { fixedClock } from "./fixture.ts";

const clock = fixedClock();
const PLACE: Place = { table: 1, column: 1, tenant: null, row: new Uint8Array(16), subject: null, type: "text" };
const KEYRING = "/data/keyring";
const RESTORED = "/there/keyring";
const KIT = "/roots/kit";
const BACKUP = "/backups/keyring";
const FIRST = "file:/roots/first";

const pathOf = (reference: string): string => reference.slice("file:".length);
const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? new Uint8Array(0)).toString();

function shelfOn(fs: FileSystem): RootShelf {
  const files = createSecretFiles(fs);
  return {
    read: (reference) => {
      const bytes = files.read(pathOf(reference));
      return bytes === undefined ? undefined : textOf(bytes);
    },
    write: (reference, text) => files.replace(pathOf(reference), utf8(text)),
    remove: (reference) => files.remove(pathOf(reference)),
  };
}

/** What must be readable for ever after: the values that were acknowledged, by the keyring they belong to. */
interface Kept {
  sealed: Uint8Array | undefined;
  /** The backup that was acknowledged: its keyring is a file, its stream is held here. */
  stream: Uint8Array | undefined;
  restored: boolean;
  done: boolean;
}

type Life = (fs: CutFileSystem, kept: Kept) => Promise<void>;

/** All that ever happens to keys, each step as app.ts and the commands take it. */
const wholeLife: Life = async (fs, kept) => {
  const files = createSecretFiles(fs);
  const keyring = fileKeyring(fs, KEYRING);
  const first = beginFirstStart({ keyring, clock });
  const root = { reference: FIRST, text: first.rootText };
  files.replace(pathOf(FIRST), utf8(root.text));
  files.replace(KIT, utf8(first.kitText));
  first.finish(root);
  const opened = openVault({ keyring, roots: [root], clock, cores: 1 });
  kept.sealed = opened.vault.encrypt("kept", PLACE);

  opened.keys.confirmKit(first.kitText);
  rotateRoot({ keys: opened.keys, shelf: shelfOn(fs), next: { reference: "file:/roots/second", text: createRootText() } });

  const stream = await collect(opened.sealer.seal(once(utf8("rows"))));
  files.replace(BACKUP, keyring.load() ?? new Uint8Array(0));
  kept.stream = stream;

  // A second root that is meant to stay, then one rotation while there are two.
  const third = { reference: "file:/roots/third", text: createRootText() };
  shelfOn(fs).write(third.reference, third.text);
  opened.keys.addRoot(third);
  rotateRoot({ keys: opened.keys, shelf: shelfOn(fs), next: { reference: "file:/roots/fourth", text: createRootText() } });

  const there = { reference: "file:/roots/there", text: createRootText() };
  files.replace(pathOf(there.reference), utf8(there.text));
  const bytes = files.read(BACKUP) ?? new Uint8Array(0);
  restoreKeyring({ bytes, by: { kit: first.kitText }, root: there, keyring: fileKeyring(fs, RESTORED), clock });
  kept.restored = true;
  kept.done = true;
};

describe("Holdfast's keys", () => {
  test("open with a root alone and with the kit alone, whenever the power goes and whatever it leaves", async () => {
    const fs = createCutFileSystem();
    const kept = newKept();
    const states = new Map<string, { readonly left: CutFileSystem; readonly kept: Kept; readonly moment: string }>();
    let moment = 0;
    fs.watch(() => {
      moment += 1;
      for (const cut of Object.keys(CUTS)) {
        const left = fs.afterCut(cut as Cut); // a name of the table
        states.set(`${left.state()} ${Object.values(kept).map(Boolean)}`, {
          left,
          kept: { ...kept },
          moment: `moment ${moment}, cut that leaves ${cut}`,
        });
      }
    });
    await wholeLife(fs, kept);
    assert.ok(moment > 200 && states.size > 20, `${moment} moments, ${states.size} disks`);
    for (const { left, kept: acknowledged, moment: when } of states.values()) {
      await assertOpens(left, acknowledged).catch((cause: unknown) => assert.fail(new Error(when, { cause })));
    }
  });

  for (const failure of ["before", "after"] satisfies readonly Failure[]) {
    test(`open so, serve on and settle, when any call fails (${failure} its work) and the disk comes back`, async () => {
      await failAtEachCall(wholeLife, failure, async (fs, kept) => {
        fs.mend();
        await assertOpens(fs, kept);
        assertSettles(fs);
      });
    });
  }

  test("are acknowledged only when a power cut can no longer take them", async () => {
    const fs = createCutFileSystem();
    const kept = newKept();
    await wholeLife(fs, kept);
    for (const cut of Object.keys(CUTS) as Cut[]) {
      const left = fs.afterCut(cut);
      await assertOpens(left, kept);
      assert.deepEqual(
        left.list("/roots").filter((name) => name !== KIT),
        ["/roots/fourth", "/roots/there"],
      );
      assert.deepEqual(
        namedRoots(fileKeyring(left, KEYRING)).map(({ reference }) => reference),
        ["file:/roots/fourth"],
      );
    }
  });

  test("are not begun over: a database beside a missing keyring is for app.ts to refuse, an existing keyring for the vault", () => {
    const fs = createCutFileSystem();
    const keyring = fileKeyring(fs, KEYRING);
    const first = beginFirstStart({ keyring, clock });
    first.finish({ reference: FIRST, text: first.rootText });
    assert.throws(
      () => beginFirstStart({ keyring, clock }).finish({ reference: FIRST, text: first.rootText }),
      (error) => isFault(error, "vault.refused"),
    );
  });
});

function newKept(): Kept {
  return { sealed: undefined, stream: undefined, restored: false, done: false };
}

/** Lives the life again and again, failing one call later each time, until it is lived to its end. */
async function failAtEachCall(life: Life, failure: Failure, check: (fs: CutFileSystem, kept: Kept) => Promise<void> | void): Promise<void> {
  let call = 1;
  for (; ; call += 1) {
    const fs = createCutFileSystem();
    const kept = newKept();
    fs.failAt(call, failure);
    await life(fs, kept).catch((error: unknown) => assert.ok(error instanceof DiskError, `call ${call}: ${String(error)}`));
    try {
      await check(fs, kept);
    } catch (cause) {
      throw new Error(`after a failure at call ${call}`, { cause });
    }
    if (kept.done && fs.calls() < call) break;
  }
  assert.ok(call > 60, `the life has only ${call} calls`);
}

async function assertOpens(fs: CutFileSystem, kept: Kept): Promise<void> {
  if (kept.sealed === undefined && !fs.existsSync(KEYRING)) return; // the first start had not ended: there is nothing to lose
  assertOpensAt(fs, KEYRING, kept.sealed);
  if (kept.restored) assertOpensAt(fs, RESTORED, kept.sealed);
  if (kept.stream === undefined) return;
  const kit = textOf(fs.readFileSync(KIT));
  assert.equal(textOf(await collect(openStreamWithKit(once(kept.stream), kit))), "rows");
  const stored = fileKeyring(fs, BACKUP);
  assert.equal(textOf(await collect(openVaultWithKit({ keyring: stored, kit, clock, cores: 1 }).sealer.open(once(kept.stream)))), "rows");
}

/** With the roots alone that the keyring itself names, and with the kit alone. */
function assertOpensAt(fs: CutFileSystem, path: string, sealed: Uint8Array | undefined): void {
  const keyring = fileKeyring(fs, path);
  const byRoot = openVault({ keyring, roots: rootsAtHand(fs, path), clock, cores: 1 });
  const byKit = openVaultWithKit({ keyring, kit: textOf(fs.readFileSync(KIT)), clock, cores: 1 });
  for (const opened of [byRoot, byKit]) assertHolds(opened, sealed);
  // The newest root that is named must be proven, or a start that knows only that one would fail.
  const living = namedRoots(keyring).filter(({ leaving }) => !leaving);
  for (const { reference } of living) {
    const only = rootsAtHand(fs, path).filter((input) => input.reference === reference);
    assertHolds(openVault({ keyring, roots: only, clock, cores: 1 }), sealed);
  }
}

function assertHolds({ vault, keys }: OpenedVault, sealed: Uint8Array | undefined): void {
  assert.equal(keys.pageKey(keys.pageGeneration).length, 32);
  if (sealed !== undefined) assert.equal(textOf(vault.decrypt(sealed, PLACE)), "kept");
}

function rootsAtHand(fs: CutFileSystem, path: string): readonly RootInput[] {
  const shelf = shelfOn(fs);
  return namedRoots(fileKeyring(fs, path)).flatMap(({ reference }) => {
    const text = shelf.read(reference);
    return text === undefined ? [] : [{ reference, text }];
  });
}

/** What a start does after a rotation that was cut off: afterwards one root is named, and it is the only one on the shelf. */
function assertSettles(fs: CutFileSystem): void {
  if (!fs.existsSync(KEYRING)) return;
  const keyring = fileKeyring(fs, KEYRING);
  const { keys } = openVault({ keyring, roots: rootsAtHand(fs, KEYRING), clock, cores: 1 });
  const newest = rootsAtHand(fs, KEYRING).at(-1);
  assert.ok(newest);
  settleRoots({ keys, shelf: shelfOn(fs), newest });
  assert.deepEqual(
    namedRoots(keyring).map(({ reference, leaving }) => ({ reference, leaving })),
    [{ reference: newest.reference, leaving: false }],
  );
  assert.ok(openVault({ keyring, roots: [newest], clock, cores: 1 }));
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return concatBytes(await Array.fromAsync(source));
}
