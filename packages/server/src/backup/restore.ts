import * as fs from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Clock, equalBytes, Fault, readUint32 } from "../kit/index.ts";
import { EVERY_ROW } from "../model/filter.ts";
import { lockFolder, openSqliteStore, type Step, type Store } from "../store/index.ts";
import { succeedLog, verifyLogs } from "../trail/index.ts";
import {
  fileKeyring,
  type KeyringStorage,
  type OpenedVault,
  openVault,
  openVaultWithKit,
  type RootInput,
  restoreKeyring,
  sha256,
} from "../vault/index.ts";
import { syncFolder } from "./backup.ts";
import { mark } from "./counts.ts";
import {
  createDigest,
  createIntake,
  damaged,
  decodeEnd,
  decodeManifest,
  KEYRING_BYTES_MAX,
  MAGIC,
  type Manifest,
  RECORD,
  readRecords,
} from "./format.ts";

const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const READ_BYTES = 1_048_576;

/** Where the parts of a restored folder go; app.ts opens them from there. */
export interface RestorePlaces {
  readonly data: string;
  readonly keyring: string;
  readonly database: (generation: number) => string;
  readonly lock: string;
  /** While it is there, the folder is not whole and must not be served. */
  readonly restoring: string;
}

export interface RestoreNeeds {
  readonly file: string;
  readonly places: RestorePlaces;
  /** What opens the backup: one of the roots that its keyring knew, or the recovery kit. */
  readonly by: { readonly kit: string } | { readonly roots: readonly RootInput[] };
  /** Makes the root of the new place safe; asked for only when the backup has proven to be whole. */
  readonly placeRoot: () => Promise<RootInput>;
  /** Tables whose rows do not outlive a restore: sessions and pending codes. Those that the backup does not know are passed over. */
  readonly endedTables: readonly string[];
  readonly clock: Clock;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly databaseBytes: number;
  /** Rows of sessions and codes that were ended. */
  readonly ended: number;
  readonly oldTrail: { readonly origin: string; readonly size: number };
  /** Erasures and revocations after this moment (ms since 1970) are not known here. */
  readonly unknownSince: number;
}

/**
 * Brings a backup back into an empty folder and proves it: every byte, the integrity of the database, the trail against the
 * signed note of the manifest, the counts. A failure leaves the folder as empty as it was.
 */
export async function restoreBackup(needs: RestoreNeeds): Promise<Restored> {
  const { places } = needs;
  await mustBeEmpty(places.data);
  await mkdir(places.data, { recursive: true, mode: OWNER_ONLY_FOLDER });
  await using _lock = await lockFolder(places.lock);
  try {
    await writeSynced(places.restoring, "A restore into this folder has not come to its end. Empty the folder and restore again.\n");
    const restored = await restore(needs);
    await rm(places.restoring);
    await syncFolder(places.data);
    return restored;
  } catch (error) {
    await empty(places);
    throw error;
  }
}

async function restore(needs: RestoreNeeds): Promise<Restored> {
  const { places, clock } = needs;
  const { opened, manifest, keyring, databaseBytes, database } = await unpack(needs);
  const key = opened.keys.pageKey(manifest.pageGeneration);
  const store = await openSqliteStore({
    file: database,
    key,
    cipher: manifest.cipher,
    limits: { scanRowsMax: Number.MAX_SAFE_INTEGER },
    clock,
  });
  await using _store = store;
  await prove(store, opened, manifest);
  const root = await needs.placeRoot();
  const target = fileKeyring(fs, places.keyring);
  restoreKeyring({ bytes: keyring, by: needs.by, root, keyring: target, clock });
  const { vault } = openVault({ keyring: target, roots: [root], clock, cores: 1 });
  const { steps, old } = await succeedLog(store, vault, clock.now());
  const ends = await endingSteps(store, needs.endedTables);
  const receipt = await store.commit({ steps: [...ends, ...steps] });
  if (!receipt.committed) throw new Fault("backup.refused", "The new trail could not be begun. Nothing was restored.");
  const ended = receipt.cleared.reduce((sum, rows) => sum + rows, 0);
  return { manifest, databaseBytes, ended, oldTrail: { origin: old.origin, size: old.size }, unknownSince: manifest.madeAt };
}

interface Unpacked {
  readonly opened: OpenedVault;
  readonly manifest: Manifest;
  readonly keyring: Uint8Array;
  readonly database: string;
  readonly databaseBytes: number;
}

async function unpack({ file, by, places, clock, onProgress = () => undefined }: RestoreNeeds): Promise<Unpacked> {
  const total = await sizeOf(file);
  const intake = createIntake(readFile(file, (done) => onProgress({ done, total })));
  const keyring = await readKeyring(intake);
  const opened = openBackupVault(keyring, by, clock);
  const records = readRecords(opened.sealer.open(intake.rest()));
  const first = await records.next();
  if (first.done || first.value.type !== RECORD.manifest) throw damaged("it does not begin with a manifest");
  const manifest = decodeManifest(first.value.payload);
  if (manifest.keyringSha256 !== Buffer.from(sha256(keyring)).toString("hex")) throw damaged("its keyring was exchanged");
  const database = places.database(manifest.pageGeneration);
  const databaseBytes = await writeDatabase(database, records);
  return { opened, manifest, keyring, database, databaseBytes };
}

async function readKeyring(intake: ReturnType<typeof createIntake>): Promise<Uint8Array> {
  const magic = await intake.take(MAGIC.length);
  if (magic === undefined || !equalBytes(magic, MAGIC)) throw new Fault("backup.refused", "This file is not a backup of Holdfast.");
  const length = readUint32((await intake.take(4)) ?? new Uint8Array(0), 0) ?? 0;
  const keyring = length > 0 && length <= KEYRING_BYTES_MAX ? await intake.take(length) : undefined;
  if (keyring === undefined) throw damaged("its keyring is missing");
  return keyring.slice();
}

/** The keyring of the backup, opened where it lies: nothing writes to it. */
function openBackupVault(bytes: Uint8Array, by: RestoreNeeds["by"], clock: Clock): OpenedVault {
  const keyring: KeyringStorage = {
    load: () => bytes,
    replace: () => {
      throw new Fault("backup.refused", "The keyring inside a backup is never changed.");
    },
  };
  return "kit" in by
    ? openVaultWithKit({ keyring, clock, cores: 1, kit: by.kit })
    : openVault({ keyring, clock, cores: 1, roots: by.roots });
}

async function writeDatabase(path: string, records: ReturnType<typeof readRecords>): Promise<number> {
  const digest = createDigest();
  const file = await open(path, "wx", OWNER_ONLY);
  try {
    for await (const { type, payload } of records) {
      if (type === RECORD.database) {
        digest.add(payload);
        await file.writeFile(payload);
        continue;
      }
      if (type !== RECORD.end) throw damaged("it has a record that this version does not know");
      const end = decodeEnd(payload);
      if (end.databaseBytes !== digest.bytes || end.databaseDigest !== digest.hex())
        throw damaged("its database is not the one that was copied");
      if (!(await records.next()).done) throw damaged("something follows its end");
      await file.sync();
      return digest.bytes;
    }
  } finally {
    await file.close();
  }
  throw damaged("it ends too early");
}

async function prove(store: Store, opened: OpenedVault, manifest: Manifest): Promise<void> {
  // The one reads in a process of its own while the other computes here.
  const [sentences, trail] = await Promise.all([store.checkIntegrity(), verifyLogs(store, opened.vault, manifest.checkpoint)]);
  if (sentences.length !== 1 || sentences[0] !== "ok") throw damaged(`the database does not pass its integrity check (${sentences[0]})`);
  if (!trail.ok) throw damaged(trail.findings[0] ?? "its trail does not verify");
  const tables = Object.keys(manifest.counts);
  // Only when nobody wrote between the count and the copy are both of the same moment.
  const isSameMoment = (await mark(store, tables)) === manifest.position + 1;
  if (!isSameMoment) return;
  await store.view(async (view) => {
    for (const table of tables) {
      const rows = await view.count({ table, where: EVERY_ROW });
      if (rows !== manifest.counts[table]) throw damaged(`${table} has ${rows} rows where ${manifest.counts[table]} were counted`);
    }
  });
}

async function endingSteps(store: Store, tables: readonly string[]): Promise<readonly Step[]> {
  const known: Step[] = [];
  for (const table of tables) {
    const isKnown = await store
      .view((view) => view.count({ table, where: EVERY_ROW }))
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof Fault && error.code === "data.missing") return false;
          throw error;
        },
      );
    if (isKnown) known.push({ do: "clear", table, where: EVERY_ROW });
  }
  return known;
}

async function* readFile(path: string, onBytes: (done: number) => void): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of fs.createReadStream(path, { highWaterMark: READ_BYTES })) {
    const bytes = new Uint8Array(chunk);
    done += bytes.length;
    onBytes(done);
    yield bytes;
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (cause) {
    throw new Fault("backup.refused", `The backup ${file} cannot be read.`, { cause });
  }
}

async function mustBeEmpty(data: string): Promise<void> {
  const names = fs.existsSync(data) ? await readdir(data) : [];
  if (names.length > 0) throw new Fault("backup.refused", `${data} is not empty. Restore into a new folder, with --data DIR.`);
}

/** It was empty before, and all that is in it now is ours. */
async function empty({ data }: RestorePlaces): Promise<void> {
  for (const name of await readdir(data)) await rm(join(data, name), { recursive: true, force: true });
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", OWNER_ONLY);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}
