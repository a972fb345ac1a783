import { existsSync } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { type Clock, concatBytes, equalBytes, Fault, faultFrom } from "../kit/index.ts";
import type { Store } from "../store/index.ts";
import type { Trail } from "../trail/index.ts";
import { type KeyringStorage, type Keys, type Sealer, sha256, type Vault } from "../vault/index.ts";
import { countRows } from "./counts.ts";
import { createDigest, encodeEnd, encodeManifest, encodeRecord, MAGIC, type Manifest, RECORD } from "./format.ts";

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const WRITE_BYTES = 1_048_576;

export interface BackupNeeds {
  readonly store: Store;
  readonly vault: Vault;
  readonly keys: Pick<Keys, "pageGeneration">;
  readonly sealer: Sealer;
  readonly keyring: Pick<KeyringStorage, "load">;
  readonly trail: Trail;
  readonly clock: Clock;
  /** All tables of the schema: their rows are counted into the manifest. */
  readonly tables: readonly string[];
  readonly cipher: Manifest["cipher"];
  /** Of this Holdfast. */
  readonly version: string;
  /** The database's file, whose size tells how far a backup has come. */
  readonly databaseFile: string;
  /** Where the ledger ends now; null where there is none yet. */
  readonly ledgerEnd: () => Promise<Manifest["ledger"]>;
}

export interface BackupProgress {
  readonly done: number;
  /** An estimate: a copy is never larger than its original. */
  readonly total: number;
}

export interface MadeBackup {
  readonly path: string;
  readonly bytes: number;
  readonly manifest: Manifest;
}

export interface Backup {
  /** Writes one whole backup under this path, which must be free. A failed one leaves nothing behind and is recorded. */
  make(path: string, onProgress?: (progress: BackupProgress) => void): Promise<MadeBackup>;
}

export function createBackup(needs: BackupNeeds): Backup {
  const { trail, clock } = needs;
  return {
    async make(path, onProgress = () => undefined) {
      try {
        const made = await write(needs, path, onProgress);
        trail.note({ kind: "backup.made", at: clock.now(), bytes: made.bytes, name: basename(path) });
        return made;
      } catch (error) {
        const fault = faultFrom(error);
        trail.note({ kind: "backup.failed", at: clock.now(), because: fault.code });
        const sentence =
          fault.code === "internal" ? `The backup ${path} could not be written: ${reason(error)}. Nothing was left behind.` : fault.message;
        throw new Fault(fault.code === "internal" ? "backup.refused" : fault.code, sentence, { cause: error, detail: { recorded: true } });
      }
    },
  };
}

async function write(needs: BackupNeeds, path: string, onProgress: (progress: BackupProgress) => void): Promise<MadeBackup> {
  if (existsSync(path)) throw new Fault("backup.refused", `${path} is there already. Name a file that is not.`);
  const keyring = needs.keyring.load();
  if (keyring === undefined) throw new Fault("backup.refused", "There is no keyring to go into the backup.");
  const manifest = await describe(needs, keyring);
  const total = (await sizeOf(needs.databaseFile)) + (await sizeOf(`${needs.databaseFile}-wal`));
  await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY_FOLDER });
  const records = recordsOf(needs.store, manifest, (done) => onProgress({ done, total: Math.max(done, total) }));
  const bytes = await writeWhole(path, fileOf(keyring, needs.sealer.seal(records)));
  // A keyring that changed meanwhile may hold keys that this backup's rows were written under.
  if (!equalBytes(needs.keyring.load() ?? new Uint8Array(0), keyring)) {
    await rm(path, { force: true });
    throw new Fault("backup.refused", "The keyring changed while the backup was made. Make it again.");
  }
  onProgress({ done: total, total });
  return { path, bytes, manifest };
}

async function describe(
  { store, vault, keys, trail, clock, tables, cipher, version, ledgerEnd }: BackupNeeds,
  keyring: Uint8Array,
): Promise<Manifest> {
  const { note } = await trail.settle();
  // Before the copy: what comes between is in both, and doing it again changes nothing.
  const ledger = await ledgerEnd();
  const { position, counts } = await countRows(store, tables);
  return {
    format: 1,
    version,
    appId: vault.appId,
    instanceId: vault.instanceId,
    madeAt: Math.floor(clock.now()),
    position,
    checkpoint: note,
    pageGeneration: keys.pageGeneration,
    cipher,
    keyringSha256: Buffer.from(sha256(keyring)).toString("hex"),
    counts,
    ledger,
  };
}

async function* recordsOf(store: Store, manifest: Manifest, onBytes: (done: number) => void): AsyncGenerator<Uint8Array> {
  yield encodeRecord(RECORD.manifest, encodeManifest(manifest));
  const digest = createDigest();
  for await (const chunk of store.snapshot()) {
    digest.add(chunk);
    yield encodeRecord(RECORD.database, chunk);
    onBytes(digest.bytes);
  }
  yield encodeRecord(RECORD.end, encodeEnd({ databaseBytes: digest.bytes, databaseDigest: digest.hex() }));
}

async function* fileOf(keyring: Uint8Array, sealed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, keyring.length);
  yield concatBytes([MAGIC, length, keyring]);
  yield* sealed;
}

/** Under another name until every byte is on disk: what has the name is whole. */
async function writeWhole(path: string, source: AsyncIterable<Uint8Array>): Promise<number> {
  const draft = `${path}.part`;
  let bytes = 0;
  try {
    const file = await open(draft, "wx", OWNER_ONLY);
    try {
      for await (const portion of inPortions(source)) {
        await file.writeFile(portion);
        bytes += portion.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
    await syncFolder(dirname(path));
    return bytes;
  } catch (error) {
    // Of another run that still writes there, nothing is touched.
    if (!isExisting(error)) await rm(draft, { force: true });
    throw error;
  }
}

/** Sealed chunks are small, and each write is a journey. */
async function* inPortions(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const chunk of source) {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < WRITE_BYTES) continue;
    yield concatBytes(held);
    [held, heldBytes] = [[], 0];
  }
  if (heldBytes > 0) yield concatBytes(held);
}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  return existsSync(file) ? (await stat(file)).size : 0;
}

function isExisting(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EEXIST";
}

function reason(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "an unexpected error";
}
