import { existsSync } from "node:fs";
import { lstat, open, readdir, statfs } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { App } from "../app.ts";
import type { PlaceFacts } from "../audit/index.ts";
import { formatId } from "../kit/index.ts";
import { parseRootReference } from "../vault/index.ts";
import { configHome } from "./data-folder.ts";

type File = PlaceFacts["files"][number];

const PERMISSIONS = 0o777;
const FILES_MAX = 20_000;
/** Of each file, from its beginning and its end. */
const SCAN_BYTES = 4_194_304;
const BLOCK_BYTES = 65_536;
const OVERLAP_BYTES = 64;
/** Ciphertext has 7.99 bits a byte in a block of this size; text has 4 to 5, and SQLite's pages less. */
const ENTROPY_MIN = 7.5;
const BACKUP_HEAD = "holdfast-backup-";
const CIPHERED = /^data-\d+\.db(-wal|-journal)?$/;
/** What a database, a log or a temporary file would show if it were not ciphertext. */
const MARKERS = ["SQLite format 3", "sqlite_autoindex", "$argon2id$", "hf_secret_", "-----BEGIN", '"aal"'];
/** statfs: file systems in memory (tmpfs, ramfs). */
const FLEETING = new Set([0x01021994, 0x858458f6]);

/** What lies where, with whose rights, and whether it can be read. Looks at bytes and keeps none of them. */
export async function lookAtPlaces(app: App, env: Readonly<Record<string, string | undefined>>): Promise<PlaceFacts> {
  const { folder, settings, keys, vault } = app;
  const files = await walk(folder.path);
  const privateKeys =
    settings.certificate === undefined ? [] : [await describe(settings.certificate.keyFile, settings.certificate.keyFile)];
  const scanned = await Promise.all(files.filter(({ path }) => CIPHERED.test(path)).map(({ path }) => scan(folder.path, path)));
  const disk = await statfs(folder.path);
  const references = keys.roots.filter(({ leaving }) => !leaving).map(({ reference }) => parseRootReference(reference));
  const root = references.find(({ kind }) => kind === "file") ?? references[0];
  const rootPath = root?.kind === "file" ? root.path : undefined;
  const kitFolder = rootPath === undefined ? configHome(env) : dirname(rootPath);
  return {
    files,
    privateKeys,
    readable: scanned.flatMap(({ readable }) => readable),
    scannedBytes: scanned.reduce((sum, { bytes }) => sum + bytes, 0),
    root: {
      kind: root?.kind ?? "prompt",
      besideData: rootPath !== undefined && !relative(folder.path, rootPath).startsWith(".."),
      onFleetingDisk: rootPath !== undefined && !FLEETING.has(disk.type) && (await isFleeting(rootPath)),
    },
    recoveryKitBesideRoot: existsSync(join(kitFolder, `${formatId(vault.appId)}.recovery-kit`)),
    freeBytes: disk.bavail * disk.bsize,
    totalBytes: disk.blocks * disk.bsize,
    backups: settings.backups.target.kind === "folder" ? await lookAtBackups(settings.backups.target.path) : [],
  };
}

async function walk(root: string): Promise<readonly File[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  if (entries.length > FILES_MAX) throw new Error(`More than ${FILES_MAX} files lie in the data folder.`);
  const inside = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      // What is gone by now (a temporary file, a log) has no rights to look at.
      return describe(path, relative(root, path)).catch(() => undefined);
    }),
  );
  return [await describe(root, "."), ...inside.filter((file) => file !== undefined)];
}

async function describe(path: string, shown: string): Promise<File> {
  const found = await lstat(path);
  const uid = process.getuid?.();
  return {
    path: shown,
    kind: found.isDirectory() ? "folder" : "file",
    // A link has no rights of its own, and none has a place in the data folder.
    mode: found.isSymbolicLink() ? PERMISSIONS : found.mode & PERMISSIONS,
    mine: uid === undefined || found.uid === uid,
  };
}

async function isFleeting(path: string): Promise<boolean> {
  return existsSync(path) && FLEETING.has((await statfs(path)).type);
}

async function scan(root: string, path: string): Promise<{ readonly bytes: number; readonly readable: PlaceFacts["readable"] }> {
  await using file = await open(join(root, path), "r");
  const { size } = await file.stat();
  const found = new Set<string>();
  let bytes = 0;
  for (const [from, to] of size <= 2 * SCAN_BYTES
    ? [[0, size]]
    : [
        [0, SCAN_BYTES],
        [size - SCAN_BYTES, size],
      ]) {
    // In small pieces, each read by itself: a look at megabytes must hold up no request. They overlap by more than a marker.
    for (let at = from ?? 0; at < (to ?? 0); at += BLOCK_BYTES) {
      const piece = Buffer.alloc(Math.min(BLOCK_BYTES + OVERLAP_BYTES, (to ?? 0) - at));
      const { bytesRead } = await file.read(piece, 0, piece.length, at);
      bytes += Math.min(bytesRead, BLOCK_BYTES);
      for (const what of lookAtBytes(piece.subarray(0, bytesRead))) found.add(what);
    }
  }
  return { bytes, readable: [...found].map((what) => ({ path, found: what })) };
}

function lookAtBytes(bytes: Buffer): readonly string[] {
  const markers = MARKERS.filter((marker) => bytes.includes(marker)).map((marker) => JSON.stringify(marker));
  if (bytes.length < BLOCK_BYTES) return markers;
  const bits = entropy(bytes.subarray(0, BLOCK_BYTES));
  return bits < ENTROPY_MIN ? [...markers, `${bits.toFixed(1)} bits a byte`] : markers;
}

function entropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits;
}

async function lookAtBackups(folder: string): Promise<PlaceFacts["backups"]> {
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile() && entry.name.endsWith(".holdfast"));
  return Promise.all(
    names.map(async ({ name }) => {
      await using file = await open(join(folder, name), "r");
      const part = Buffer.alloc(BLOCK_BYTES);
      const { bytesRead } = await file.read(part, 0, part.length, 0);
      const head = part.subarray(0, bytesRead);
      return { path: name, sealed: head.subarray(0, BACKUP_HEAD.length).toString() === BACKUP_HEAD && lookAtBytes(head).length === 0 };
    }),
  );
}
