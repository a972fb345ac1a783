import { createReadStream } from "node:fs";
import { open, readdir, rm, writeFile } from "node:fs/promises";
import { getCompileCacheDir } from "node:module";
import { basename, dirname, join } from "node:path";
import { Fault, threadEnvironment } from "../../kit/index.ts";
import type { Opening } from "./driver.ts";

/** A process that reads longer than this is killed: a running statement cannot be stopped in any other way. */
const LONG_READ_MS_MAX = 3_600_000;
const ANSWER_BYTES_MAX = 4_194_304;

export type LongRead = { readonly opening: { readonly file: string; readonly key: string; readonly cipher: Opening["cipher"] } } & (
  | { readonly ask: "integrity" }
  | { readonly ask: "snapshot"; readonly into: string }
  | { readonly ask: "rebuild"; readonly into: string; readonly newKey: string }
);

/** A consistent copy, encrypted with the same key: made in a process of its own, streamed, deleted. */
export async function* snapshot(opening: Opening): AsyncGenerator<Uint8Array> {
  const into = join(dirname(opening.file), `${leftoverPrefix(opening.file)}${takeNumber()}`);
  try {
    // The engine fills an empty file and keeps its mode.
    await writeFile(into, "", { mode: OWNER_ONLY, flag: "wx" });
    await longRead(opening, { ask: "snapshot", into });
    for await (const chunk of createReadStream(into, { highWaterMark: CHUNK_BYTES })) yield new Uint8Array(chunk);
  } finally {
    await rm(into, { force: true });
  }
}

/** Encrypted as it is, nobody else needs to read it. */
export const OWNER_ONLY = 0o600;
const CHUNK_BYTES = 1_048_576;

export function checkIntegrity(opening: Opening): Promise<readonly string[]> {
  return longRead(opening, { ask: "integrity" });
}

export interface Rebuilding {
  readonly file: string;
  readonly key: Uint8Array;
  readonly cipher: Opening["cipher"];
  readonly into: string;
  readonly newKey: Uint8Array;
}

/**
 * Copies a database that nobody has open into a file under another key, and compares the two. Resolves when the copy is proven
 * and on disk; leaves no file behind when it fails. Fault `store.unavailable` when it could not, `store.refused` when the copy differs.
 */
export async function rebuildDatabase({ file, key, cipher, into, newKey }: Rebuilding): Promise<void> {
  try {
    await writeFile(into, "", { mode: OWNER_ONLY, flag: "wx" });
    const found = await longRead({ file, key, cipher }, { ask: "rebuild", into, newKey: Buffer.from(newKey).toString("hex") });
    if (found.length !== 1 || found[0] !== "ok") throw new Fault("store.refused", `The copy of the database is not the same: ${found[0]}.`);
    await syncWhole(into);
    await syncWhole(dirname(into));
  } catch (error) {
    await rm(into, { force: true });
    throw error;
  }
}

async function syncWhole(path: string): Promise<void> {
  await using opened = await open(path, "r");
  await opened.sync();
}

/** Snapshots that a killed server has left behind. */
export async function removeLeftovers(file: string): Promise<void> {
  const prefix = leftoverPrefix(file);
  const names = await readdir(dirname(file)).catch((cause: unknown) => {
    throw new Fault("store.refused", `The folder of ${file} cannot be read.`, { cause });
  });
  await Promise.all(names.filter((name) => name.startsWith(prefix)).map((name) => rm(join(dirname(file), name), { force: true })));
}

function leftoverPrefix(file: string): string {
  return `${basename(file)}.snapshot-`;
}

let taken = 0;

function takeNumber(): number {
  taken += 1;
  return taken;
}

type Question =
  | { readonly ask: "integrity" }
  | { readonly ask: "snapshot"; readonly into: string }
  | { readonly ask: "rebuild"; readonly into: string; readonly newKey: string };

async function longRead({ file, key, cipher }: Opening, question: Question): Promise<readonly string[]> {
  const { fork } = await import("node:child_process");
  const child = fork(new URL("./long-read-process.ts", import.meta.url), [], {
    env: threadEnvironment(getCompileCacheDir()),
    execArgv: ["--disallow-code-generation-from-strings"],
    stdio: ["pipe", "pipe", "pipe", "ipc"],
    timeout: LONG_READ_MS_MAX,
    killSignal: "SIGKILL",
  });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Fault("internal", "A process for long reads has no pipes.");
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  // The key goes through a pipe: arguments and environment can be seen from outside. A child that has ended says so by its exit.
  stdin.on("error", () => child.kill("SIGKILL"));
  stdin.end(JSON.stringify({ opening: { file, key: Buffer.from(key).toString("hex"), cipher }, ...question } satisfies LongRead));
  try {
    const [code, answer, trouble] = await Promise.all([exited, text(stdout), text(stderr)]);
    if (code !== 0) throw new Error(`A long read ended with ${code}: ${trouble}`);
    return answer.split("\n").filter((line) => line !== "");
  } catch (cause) {
    throw new Fault("store.unavailable", "A long read of the database did not come to its end.", { cause });
  } finally {
    child.kill("SIGKILL");
  }
}

async function text(stream: AsyncIterable<unknown>): Promise<string> {
  let whole = "";
  for await (const chunk of stream) if (whole.length < ANSWER_BYTES_MAX) whole += String(chunk);
  return whole;
}
