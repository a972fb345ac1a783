import { Fault, readUint32 } from "../kit/index.ts";
import { HASH_BYTES, TILE_WIDTH } from "./merkle.ts";
import { formatVerifierKey, type NoteKeys, parseCheckpoint, parseVerifierKey } from "./signed-note.ts";
import type { SourceLog, TrailSource } from "./source.ts";

/**
 * An exported trail: C2SP tlog-tiles in `log/<number>/` for each log of the app, with files of ours beside the standard's:
 * `key` (the verifier key), `size` (entries in the tiles) and `checkpoints` (all notes, each after its length in 4 bytes).
 */

export type WriteFile = (path: string, bytes: Uint8Array | string) => Promise<void>;
export interface ReadFolder {
  read(path: string): Promise<Uint8Array | undefined>;
  /** The paths of all files below a folder, relative to it. */
  list(path: string): Promise<readonly string[]>;
}

const ENTRY_LENGTH_BYTES = 2;
const NOTE_LENGTH_BYTES = 4;

export async function exportTrail(
  source: TrailSource,
  sha256: NoteKeys["sha256"],
  write: WriteFile,
  onProgress: (entries: number) => void,
): Promise<number> {
  let total = 0;
  for (const log of source.logs) {
    // A log that ended is signed to its last entry by the log after it; of the newest, only what its checkpoint covers goes out.
    total += await exportLog(
      log,
      log === source.logs.at(-1),
      sha256,
      (path, bytes) => write(`log/${log.number}/${path}`, bytes),
      (count) => onProgress(total + count),
    );
  }
  return total;
}

async function exportLog(
  log: SourceLog,
  isNewest: boolean,
  sha256: NoteKeys["sha256"],
  write: WriteFile,
  onProgress: (entries: number) => void,
): Promise<number> {
  await write("key", `${formatVerifierKey(sha256, log.name, log.publicKey)}\n`);
  const notes: Uint8Array[] = [];
  let newest = { size: 0, note: "" };
  for await (const checkpoint of log.checkpoints()) {
    notes.push(prefixed(Buffer.from(checkpoint.note), NOTE_LENGTH_BYTES));
    newest = checkpoint;
  }
  const size = isNewest ? newest.size : log.size;
  await write("checkpoint", newest.note);
  await write("checkpoints", Buffer.concat(notes));
  await write("size", `${size}\n`);
  await exportTiles(log, size, write);
  return exportEntries(log, size, write, onProgress);
}

/** Tiles of exactly the size that was signed: what came later is not in the export. */
async function exportTiles(log: SourceLog, size: number, write: WriteFile): Promise<void> {
  for (let level = 0, width = size; width > 0; level += 1, width = Math.floor(width / TILE_WIDTH)) {
    for (let index = 0; index * TILE_WIDTH < width; index += 1) {
      const count = Math.min(TILE_WIDTH, width - index * TILE_WIDTH);
      const hashes = await log.tile(level, index);
      if (hashes === undefined)
        throw new Fault("trail.refused", `Tile ${index} of level ${level} is missing. Run \`holdfast trail verify\`.`);
      await write(tilePath(String(level), index, count), hashes.subarray(0, count * HASH_BYTES));
    }
  }
}

async function exportEntries(log: SourceLog, size: number, write: WriteFile, onProgress: (entries: number) => void): Promise<number> {
  let bundle: Uint8Array[] = [];
  let count = 0;
  for await (const { leaf } of log.entries()) {
    if (count === size) break;
    count += 1;
    bundle.push(prefixed(leaf, ENTRY_LENGTH_BYTES));
    if (bundle.length < TILE_WIDTH && count < size) continue;
    await write(tilePath("entries", Math.floor((count - 1) / TILE_WIDTH), bundle.length), Buffer.concat(bundle));
    bundle = [];
    onProgress(count);
  }
  return count;
}

/** C2SP tlog-tiles: `tile/<L>/<N>[.p/<W>]`, N in groups of three digits, all but the last behind an x. */
export function tilePath(level: string, index: number, width: number): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/\d{3}/g) ?? [];
  const path = groups.map((group, at) => (at === groups.length - 1 ? group : `x${group}`)).join("/");
  return `tile/${level}/${path}${width === TILE_WIDTH ? "" : `.p/${width}`}`;
}

function prefixed(bytes: Uint8Array, lengthBytes: 2 | 4): Uint8Array {
  const whole = Buffer.alloc(lengthBytes + bytes.length);
  whole.writeUIntBE(bytes.length, 0, lengthBytes);
  whole.set(bytes, lengthBytes);
  return whole;
}

/** Reads an exported folder. Which size it has is what its last checkpoint says, once the signature holds. */
export async function folderSource(folder: ReadFolder, keys: NoteKeys): Promise<TrailSource> {
  const logs: SourceLog[] = [];
  for (let number = 0; ; number += 1) {
    const keyText = await folder.read(`log/${number}/key`);
    if (keyText === undefined) break;
    const key = decodeNote(keyText);
    const { name, publicKey } = parseVerifierKey(keys.sha256, key);
    if (key !== `${formatVerifierKey(keys.sha256, name, publicKey)}\n`)
      throw new Fault("trail.refused", `log/${number}/key is not as it was written.`);
    const text = async (path: string): Promise<string> => decodeNote((await folder.read(`log/${number}/${path}`)) ?? new Uint8Array(0));
    const sizeText = await text("size");
    if (!/^(0|[1-9]\d{0,14})\n$/.test(sizeText))
      throw new Fault("trail.refused", `log/${number}/size does not say how many entries there are.`);
    logs.push(folderLog(folder, { number, name, publicKey, size: Number(sizeText), head: await text("checkpoint"), isGrowing: false }));
  }
  return { logs, openings: undefined };
}

function folderLog(folder: ReadFolder, log: Omit<SourceLog, "tile" | "tileCount" | "hasGrown" | "checkpoints" | "entries">): SourceLog {
  const base = `log/${log.number}`;
  const width = (level: number, index: number): number =>
    Math.min(TILE_WIDTH, Math.floor(log.size / TILE_WIDTH ** level) - index * TILE_WIDTH);
  return {
    ...log,
    tile: (level, index) => folder.read(`${base}/${tilePath(String(level), index, width(level, index))}`),
    tileCount: async () => ({
      count: (await folder.list(`${base}/tile`)).filter((path) => !path.startsWith("entries/")).length,
      size: log.size,
    }),
    hasGrown: () => Promise.resolve(false),
    async *checkpoints() {
      const bytes = (await folder.read(`${base}/checkpoints`)) ?? new Uint8Array(0);
      let number = 1;
      for (let at = 0; at < bytes.length; number += 1) {
        const length = readUint32(bytes, at) ?? bytes.length;
        const note = decodeNote(wholePart(bytes, at + NOTE_LENGTH_BYTES, length));
        at += NOTE_LENGTH_BYTES + length;
        yield { number, size: parseCheckpoint(note.slice(0, note.lastIndexOf("\n\n") + 1))?.size ?? 0, note };
      }
    },
    async *entries() {
      for (let index = 0; index * TILE_WIDTH < log.size; index += 1) {
        const bundle = await folder.read(`${base}/${tilePath("entries", index, width(0, index))}`);
        for (const leaf of splitBundle(bundle ?? new Uint8Array(0))) yield { place: undefined, leaf };
      }
    },
  };
}

function* splitBundle(bundle: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  for (let at = 0; at < bundle.length; ) {
    const length = at + ENTRY_LENGTH_BYTES <= bundle.length ? view.getUint16(at) : 0;
    yield wholePart(bundle, at + ENTRY_LENGTH_BYTES, length);
    at += ENTRY_LENGTH_BYTES + length;
  }
}

/** Nothing at all where a length says more than there is: a part cut short would pass for the part that was meant. */
function wholePart(bytes: Uint8Array, from: number, length: number): Uint8Array {
  return from + length <= bytes.length ? bytes.subarray(from, from + length) : new Uint8Array(0);
}

/** A byte order mark stays in the text, so that its signature fails. */
function decodeNote(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
