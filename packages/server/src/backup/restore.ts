import * as fs from "node:fs";
import { mkdir, open, readdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Clock, Fault, isFault } from "../kit/index.ts";
import { EVERY_ROW } from "../model/filter.ts";
import { lockFolder, type Step, type Store } from "../store/index.ts";
import { succeedLog } from "../trail/index.ts";
import { fileKeyring, type OpenedVault, openVault, type RootInput, restoreKeyring } from "../vault/index.ts";
import { syncFolder } from "./backup.ts";
import type { Manifest } from "./format.ts";
import { isOwed } from "./ledger-entries.ts";
import { type Chain, type LedgerEntry, readChain } from "./ledger-format.ts";
import { type Opener, openBackup } from "./open-backup.ts";
import { openCopy, prove, type Unpacked, type Unpacking, unpackBytes } from "./prove.ts";
import { OWED } from "./tables.ts";

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
  readonly by: Opener;
  /** Makes the root of the new place safe; asked for only when the backup has proven to be whole. */
  readonly placeRoot: () => Promise<RootInput>;
  /** Tables whose rows do not outlive a restore: sessions and pending codes. Those that the backup does not know are passed over. */
  readonly endedTables: readonly string[];
  /** The files of the newest ledger there is; none for none. */
  readonly ledgerFiles: () => Promise<readonly Uint8Array[]>;
  readonly clock: Clock;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface Restored {
  readonly manifest: Manifest;
  readonly databaseBytes: number;
  /** Rows of sessions and codes that were ended. */
  readonly ended: number;
  readonly oldTrail: { readonly origin: string; readonly size: number };
  /** Erasures and revocations that the ledger knows and the first start does again; `undefined` without a ledger. */
  readonly owed: number | undefined;
  /** Erasures and revocations after this moment (ms since 1970) are not known here. */
  readonly unknownSince: number;
}

/**
 * Brings a backup back into an empty folder and proves it: every byte, the integrity of the database, the trail against the
 * signed note of the manifest, the counts. A failure leaves the folder as empty as it was, and none where there was none.
 */
export async function restoreBackup(needs: RestoreNeeds): Promise<Restored> {
  const { places } = needs;
  await mustBeEmpty(places.data);
  const made = await mkdir(places.data, { recursive: true, mode: OWNER_ONLY_FOLDER });
  try {
    return await restoreLocked(needs);
  } catch (error) {
    if (made !== undefined) await removeFolders(resolve(places.data), made);
    throw error;
  }
}

async function restoreLocked(needs: RestoreNeeds): Promise<Restored> {
  const { places } = needs;
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
  await using store = await openCopy({ opened, manifest, database }, clock);
  await prove(store, opened, manifest);
  const ledger = await readOwed(needs, opened, manifest);
  const root = await needs.placeRoot();
  const target = fileKeyring(fs, places.keyring);
  restoreKeyring({ bytes: keyring, by: needs.by, root, keyring: target, clock });
  const { vault } = openVault({ keyring: target, roots: [root], clock, cores: 1 });
  const { steps, old } = await succeedLog(store, vault, clock.now());
  const ends = await endingSteps(store, needs.endedTables);
  const owed = await owedSteps(store, ledger?.entries ?? []);
  const receipt = await store.commit({ steps: [...ends, ...owed, ...steps] });
  if (!receipt.committed) throw new Fault("backup.refused", "The new trail could not be begun. Nothing was restored.");
  const ended = receipt.cleared.reduce((sum, rows) => sum + rows, 0);
  const oldTrail = { origin: old.origin, size: old.size };
  return { manifest, databaseBytes, ended, oldTrail, owed: ledger?.entries.length, unknownSince: ledger?.until ?? manifest.madeAt };
}

/** What the ledger says was erased and revoked after the backup was made. */
async function readOwed(
  { ledgerFiles }: RestoreNeeds,
  { vault }: OpenedVault,
  { instanceId, ledger, madeAt }: Manifest,
): Promise<Chain | undefined> {
  const files = await ledgerFiles();
  const chain = files.length === 0 ? undefined : readChain(files, { instanceId, from: ledger, vault });
  return chain && { entries: chain.entries.filter(({ what }) => isOwed(what)), until: Math.max(chain.until, madeAt) };
}

async function owedSteps(store: Store, entries: readonly LedgerEntry[]): Promise<readonly Step[]> {
  if (entries.length === 0) return [];
  if (!(await isKnown(store, OWED)))
    throw new Fault(
      "backup.refused",
      "This backup is older than ledgers are. Restore it without one, --no-ledger, and erase and revoke by hand.",
    );
  return entries.map(({ what, who, at }, number) => ({ do: "insert", table: OWED, row: { number, what, who, at } }));
}

async function unpack(needs: RestoreNeeds): Promise<Unpacked> {
  const { file, by, clock, places, onProgress = () => undefined } = needs;
  const openKeyring: Unpacking["openKeyring"] = (keyring, stream) => openBackup({ keyring, by, clock, stream });
  const total = await sizeOf(file);
  const bytes = readFile(file, (done) => onProgress({ done, total }));
  try {
    return await unpackBytes(bytes, { openKeyring, places });
  } finally {
    // A refusal in the middle leaves no open file behind.
    await bytes.return(undefined);
  }
}

async function endingSteps(store: Store, tables: readonly string[]): Promise<readonly Step[]> {
  const known: Step[] = [];
  for (const table of tables) if (await isKnown(store, table)) known.push({ do: "clear", table, where: EVERY_ROW });
  return known;
}

async function isKnown(store: Store, table: string): Promise<boolean> {
  try {
    await store.view((view) => view.count({ table, where: EVERY_ROW }));
    return true;
  } catch (error) {
    if (isFault(error, "data.missing")) return false;
    throw error;
  }
}

async function* readFile(path: string, onBytes: (done: number) => void): AsyncGenerator<Uint8Array> {
  const file = await open(path, "r").catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  let done = 0;
  try {
    for await (const chunk of file.createReadStream({ highWaterMark: READ_BYTES, autoClose: false })) {
      const bytes = new Uint8Array(chunk);
      done += bytes.length;
      onBytes(done);
      yield bytes;
    }
  } finally {
    await file.close();
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  if (!found.isFile()) throw unreadable(file, undefined);
  return found.size;
}

function unreadable(file: string, cause: unknown): Fault {
  return new Fault("backup.refused", `The backup ${file} cannot be read. Is it there, and are you allowed to read it?`, { cause });
}

async function mustBeEmpty(data: string): Promise<void> {
  const names = fs.existsSync(data) ? await readdir(data) : [];
  if (names.length > 0) throw new Fault("backup.refused", `${data} is not empty. Restore into a new folder, with --data DIR.`);
}

/** It was empty before, and all that is in it now is ours. */
async function empty({ data }: RestorePlaces): Promise<void> {
  for (const name of await readdir(data)) await rm(join(data, name), { recursive: true, force: true });
}

/** Takes away what was made for this restore, from the inside out, as far as nobody else has put anything there. */
async function removeFolders(inner: string, outer: string): Promise<void> {
  for (let folder = inner; ; folder = dirname(folder)) {
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone || folder === outer) return;
  }
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
