import { existsSync } from "node:fs";
import { mkdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, Fault, formatId, isFault } from "../kit/index.ts";
import type { OpenedVault } from "../vault/index.ts";
import type { Manifest } from "./format.ts";
import { openCopy, prove, unpackBytes } from "./prove.ts";

const OWNER_ONLY_FOLDER = 0o700;
/** What a drill leaves to the server on the disk that they share. */
const ROOM_LEFT_BYTES = 268_435_456;

export interface DrillNeeds {
  /** The backup, from where it really lies. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** A folder that is ours alone: emptied before, gone afterwards. */
  readonly scratch: string;
  readonly openCopy: OpenedVault["openCopy"];
  readonly clock: Clock;
  /** How large the backup is said to be. */
  readonly expectedBytes: number;
}

export interface Drilled {
  readonly manifest: Manifest;
  readonly databaseBytes: number;
  readonly rows: number;
  readonly elapsedMs: number;
}

/**
 * Restores a backup as far as can be done beside the server that made it: every byte, the keys by the roots of today, the
 * integrity of the database, its trail against the signed note, the counts. Signs nothing, and leaves nothing behind.
 */
export async function drill({ bytes, scratch, openCopy: openKeys, clock, expectedBytes }: DrillNeeds): Promise<Drilled> {
  const begun = clock.elapsed();
  const reading = bytes[Symbol.asyncIterator]();
  await clearScratch(scratch);
  await mkdir(scratch, { recursive: true, mode: OWNER_ONLY_FOLDER });
  try {
    await mustHaveRoom(scratch, expectedBytes);
    const database = (generation: number): string => join(scratch, `data-${generation}.db`);
    const openKeyring = async (keyring: Uint8Array): Promise<OpenedVault> => openWithRoots(openKeys, keyring);
    const unpacked = await unpackBytes(untilItsEnd(reading), { openKeyring, places: { database } });
    const rows = await proveCopy(unpacked, clock);
    const { manifest, databaseBytes } = unpacked;
    return { manifest, databaseBytes, rows, elapsedMs: Math.round(clock.elapsed() - begun) };
  } finally {
    // A refusal in the middle leaves no open file behind.
    await reading.return?.();
    await clearScratch(scratch);
  }
}

/** A drill must not be what fills the disk that the server writes to. */
async function mustHaveRoom(folder: string, expectedBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < expectedBytes + ROOM_LEFT_BYTES)
    throw new Fault(
      "backup.refused",
      "The disk has no room to restore the backup for a drill. Make room, or move the data folder to a larger disk.",
    );
}

/** The same iterator for whoever takes a part and whoever takes the rest: leaving one loop does not end it. */
function untilItsEnd(iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: () => iterator.next() }) };
}

/** What a drill that was cut off has left. */
export async function clearScratch(scratch: string): Promise<void> {
  if (existsSync(scratch)) await rm(scratch, { recursive: true, force: true });
}

async function proveCopy(unpacked: Awaited<ReturnType<typeof unpackBytes>>, clock: Clock): Promise<number> {
  await using store = await openCopy(unpacked, clock);
  // Awaited here: the store stays open until then.
  return await prove(store, unpacked.opened, unpacked.manifest);
}

function openWithRoots(openKeys: OpenedVault["openCopy"], keyring: Uint8Array): OpenedVault {
  try {
    return openKeys(keyring);
  } catch (cause) {
    if (!isFault(cause, "vault.refused")) throw cause;
    throw new Fault(
      "backup.refused",
      "The root key of today does not open this backup: it was replaced since, or the keyring in the backup is damaged. Make a new backup; the recovery kit still opens this one if it is whole.",
      { cause },
    );
  }
}

/** Faults unless the backup comes from this app's own past. */
export function mustBeOurs(manifest: Manifest, vault: Pick<OpenedVault["vault"], "appId">, trailSize: number): number {
  if (formatId(manifest.appId) !== formatId(vault.appId)) throw new Fault("backup.refused", "This backup is another app's.");
  const size = Number(manifest.checkpoint.split("\n")[1]);
  if (!(size <= trailSize))
    throw new Fault("backup.refused", `The backup knows ${size} entries of the trail, and the server has ${trailSize}.`);
  return size;
}
