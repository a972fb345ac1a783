import { mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { equalBytes, Fault } from "../kit/index.ts";
import { syncFolder } from "./backup.ts";

/** Where backups and the ledger beside them lie. Nothing that lies there is ever overwritten. */
export interface Target {
  /** For people, without any secret. */
  readonly place: string;
  /** Has `make` write a file, and keeps it under this name. Fault `backup.refused` where the name is taken. */
  keep<T>(name: string, make: (path: string) => Promise<T>): Promise<T>;
  /** A small file. Once more with the same bytes is fine; with others it is a Fault `backup.refused`. */
  keepSmall(name: string, bytes: Uint8Array): Promise<void>;
  /** Fault `backup.refused` where there is none. */
  read(name: string): AsyncIterable<Uint8Array>;
  list(): Promise<readonly Kept[]>;
  /** Nothing there is fine. */
  remove(name: string): Promise<void>;
  /** What the place does not do for us, in sentences; empty when it does everything. Asking leaves one small file there. */
  lacks(): Promise<readonly string[]>;
}

export interface Kept {
  readonly name: string;
  readonly bytes: number;
}

/** Names that we give: no path, nothing hidden. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;
const READ_BYTES = 1_048_576;

export function checkName(name: string): string {
  if (!NAME.test(name)) throw new Fault("backup.refused", `${JSON.stringify(name)} is no name of a backup.`);
  return name;
}

/** A folder: of this machine, or one that is mounted from another. */
export function createFolderTarget(folder: string): Target {
  const pathOf = (name: string): string => join(folder, checkName(name));
  return {
    place: folder,
    keep: (name, make) => make(pathOf(name)),
    async keepSmall(name, bytes) {
      await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
      const path = pathOf(name);
      const there = await readFile(path).catch(unlessMissing);
      if (there !== undefined && equalBytes(new Uint8Array(there), bytes)) return;
      // What a power cut has left of it is a beginning of it, and nothing else may be there.
      const isBeginning = there !== undefined && equalBytes(new Uint8Array(there), bytes.subarray(0, there.length));
      if (there !== undefined && !isBeginning) throw taken(path);
      await using file = await open(path, there === undefined ? "wx" : "r+", OWNER_ONLY);
      await file.write(bytes, 0, bytes.length, 0);
      await file.sync();
      await syncFolder(folder);
    },
    async *read(name) {
      const path = pathOf(name);
      const file = await open(path, "r").catch((cause: unknown) => {
        throw missing(path, cause);
      });
      try {
        for await (const chunk of file.createReadStream({ highWaterMark: READ_BYTES, autoClose: false })) yield new Uint8Array(chunk);
      } finally {
        await file.close();
      }
    },
    async list() {
      const names = (await readdir(folder).catch(unlessMissing)) ?? [];
      const kept = await Promise.all(
        names.filter((name) => NAME.test(name)).map(async (name) => ({ name, found: await stat(join(folder, name)).catch(unlessMissing) })),
      );
      return kept.flatMap(({ name, found }) => (found?.isFile() ? [{ name, bytes: found.size }] : []));
    },
    async remove(name) {
      await rm(pathOf(name), { force: true });
      await syncFolder(folder).catch(unlessMissing);
    },
    lacks: () => Promise.resolve([]),
  };
}

export function taken(path: string): Fault {
  return new Fault("backup.refused", `${basename(path)} is there already, with other bytes. Nothing was overwritten.`);
}

export function missing(path: string, cause?: unknown): Fault {
  return new Fault("backup.refused", `${path} is not there, or cannot be read.`, { cause });
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
  throw error;
}
