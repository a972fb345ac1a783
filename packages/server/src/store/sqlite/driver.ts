import { Fault } from "../../kit/index.ts";
import type { Value } from "../../model/value.ts";
import { registerPatterns } from "./pattern.ts";

/** The first SQLite without the WAL-reset corruption of 3.7.0 to 3.51.2. */
const SQLITE_VERSION_MIN = [3, 51, 3] as const;
export const PAGE_BYTES = 4096;
const CACHE_KIB = 65_536;
const BUSY_TIMEOUT_MS = 5_000;
export const KEY_BYTES = 32;

export type Cipher = "aegis" | "chacha20";

export interface Statement {
  run(...values: readonly Value[]): { readonly changes: number };
  /** Answers with rows as arrays. */
  raw(): RowStatement;
  /** Answers with the first column alone. */
  pluck(): ValueStatement;
}

export interface RowStatement {
  get(...values: readonly Value[]): Value[] | undefined;
  all(...values: readonly Value[]): Value[][];
}

export interface ValueStatement {
  get(...values: readonly Value[]): Value | undefined;
  all(...values: readonly Value[]): Value[];
}

/** What we use of the driver. Its object rows are built with `Function`, so rows are always raw or plucked. */
export interface Connection {
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  pragma(source: string, options: { readonly simple: true }): unknown;
  function(
    name: string,
    options: { readonly deterministic: true; readonly directOnly: true },
    work: (...values: unknown[]) => unknown,
  ): unknown;
  close(): unknown;
}

export interface Opening {
  readonly file: string;
  readonly key: Uint8Array;
  readonly cipher: Cipher;
}

export interface Driver {
  new (file: string, options: { readonly timeout: number; readonly readonly?: boolean }): Connection;
}

/** Loads the one engine there is: without the cipher driver nothing opens, and nothing falls back to a plain file. */
export async function loadDriver(): Promise<Driver> {
  try {
    const loaded = await import("better-sqlite3-multiple-ciphers");
    return loaded.default;
  } catch (cause) {
    throw new Fault(
      "store.refused",
      "The encrypting database driver (better-sqlite3-multiple-ciphers) cannot be loaded on this machine; there is no unencrypted way to run.",
      { cause },
    );
  }
}

/** A connection that has proven its key, with every setting of the house. Writes nothing to a file that does not open. */
export function openConnection(Driver: Driver, { file, key, cipher }: Opening): Connection {
  if (key.length !== KEY_BYTES) throw new Fault("store.refused", `The page key must have ${KEY_BYTES} bytes.`);
  const connection = openFile(Driver, file);
  try {
    // The cipher comes before the key, and the key before any statement: later they would be taken for a plain file.
    connection.pragma(`cipher='${cipher}'`, { simple: true });
    connection.pragma(`key="x'${Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("hex")}'"`, { simple: true });
    // The first statement reads the first page. Nothing is written before it has been opened with this key.
    connection.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
    checkEngine(readEngine(connection, cipher));
    for (const setting of SETTINGS) connection.pragma(setting, { simple: true });
    registerPatterns(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error instanceof Fault ? error : refusal(file, error);
  }
}

const SETTINGS = [
  `page_size=${PAGE_BYTES}`,
  "journal_mode=WAL",
  "synchronous=FULL",
  // Files in the system's temp folder would hold rows in plain text.
  "temp_store=MEMORY",
  "mmap_size=0",
  "cell_size_check=ON",
  "trusted_schema=OFF",
  `cache_size=-${CACHE_KIB}`,
  "secure_delete=ON",
  "foreign_keys=ON",
  "recursive_triggers=OFF",
  // Only the writer checkpoints, and it does so by itself.
  "wal_autocheckpoint=0",
];

export interface Engine {
  readonly sqlite: string;
  readonly ciphers: string | undefined;
  readonly cipher: unknown;
  readonly wanted: Cipher;
}

/** Fault `store.refused` for an engine that could corrupt the file, or that would write it in plain text. */
export function checkEngine({ sqlite, ciphers, cipher, wanted }: Engine): void {
  const parts = sqlite.split(".").map(Number);
  const difference = SQLITE_VERSION_MIN.map((least, at) => (parts[at] ?? 0) - least).find((part) => part !== 0) ?? 0;
  if (!(difference >= 0)) {
    throw new Fault(
      "store.refused",
      `This SQLite is ${sqlite}; versions before ${SQLITE_VERSION_MIN.join(".")} can corrupt the database. Install the version that the package names.`,
    );
  }
  if (ciphers === undefined || cipher !== wanted) {
    throw new Fault("store.refused", `This SQLite cannot encrypt its file with ${wanted}; there is no unencrypted way to run.`);
  }
}

function readEngine(connection: Connection, wanted: Cipher): Engine {
  const sqlite = String(connection.prepare("SELECT sqlite_version()").pluck().get());
  try {
    const ciphers = String(connection.prepare("SELECT sqlite3mc_version()").pluck().get());
    return { sqlite, ciphers, cipher: connection.pragma("cipher", { simple: true }), wanted };
  } catch (error) {
    // "no such function" is what an engine without ciphers says; anything else is not ours to judge.
    if (codeOf(error) !== "SQLITE_ERROR") throw error;
    return { sqlite, ciphers: undefined, cipher: undefined, wanted };
  }
}

function openFile(Driver: Driver, file: string): Connection {
  try {
    return new Driver(file, { timeout: BUSY_TIMEOUT_MS });
  } catch (cause) {
    throw refusal(file, cause);
  }
}

function refusal(file: string, cause: unknown): Fault {
  if (codeOf(cause) === "SQLITE_NOTADB") {
    return new Fault(
      "store.refused",
      `The database ${file} does not open with this key, or is not a database of ours. Nothing was written.`,
      { cause },
    );
  }
  return new Fault("store.refused", `The database ${file} cannot be opened.`, { cause });
}

/** The engine's own word for what happened, or "" for an error that is not the engine's. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Opens a file that holds nothing, for its locks alone. Does not wait for others. */
export async function loadPlainDriver(): Promise<(file: string) => Connection> {
  const Driver = await loadDriver();
  return (file) => {
    try {
      return new Driver(file, { timeout: 0 });
    } catch (cause) {
      throw new Fault("store.refused", `The file ${file} cannot be opened.`, { cause });
    }
  };
}
