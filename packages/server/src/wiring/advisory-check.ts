import { existsSync, realpathSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { App } from "../app.ts";
import { type AdvisoryReport, checkAdvisories, openSource, type Part, takeInventory } from "../audit/advisories/index.ts";
import { SEEN } from "../audit/advisories/tables.ts";
import { Fault } from "../kit/index.ts";
import type { Log } from "../log.ts";
import { entryTables } from "../trail/index.ts";
import { loadedModules } from "./loaded-modules.ts";

/** What npm keeps beside what it installed, where the project's own lock file is not ours. */
const LOCKS = ["package-lock.json", "node_modules/.package-lock.json"];
const FILE_BYTES_MAX = 536_870_888;
const FIRST_CHECK_MS = 900_000;
const CHECK_MS = 86_400_000;

/** A device or a pipe may never end. */
export async function readPlainFile(path: string): Promise<string> {
  const { isFile, size } = await stat(path).then((found) => ({ isFile: found.isFile(), size: found.size }));
  if (!isFile || size > FILE_BYTES_MAX) throw new Fault("advisories.unreadable", `${path} is no file of at most ${FILE_BYTES_MAX} bytes.`);
  return readFile(path, "utf8");
}

/** Compares what is installed and loaded with what a source knows, and records it. */
export function checkApp({ store, trail, clock }: App, source: string | undefined): Promise<AdvisoryReport> {
  const needs = { fetch: (url: string, init: RequestInit) => fetch(url, init), readFile: readPlainFile };
  return checkAdvisories({
    store: store.only([SEEN, ...entryTables]),
    trail,
    clock,
    source: source === undefined ? undefined : openSource(source, needs),
    takeInventory: inventory,
    nodeVersion: process.versions.node,
  });
}

/** Once a day where a source is set; the audit tells where none is. */
export function startAdvisories(app: App, log: Log): AsyncDisposable {
  let running: Promise<unknown> | undefined;
  const look = (): void => {
    running ??= checkApp(app, app.settings.advisories)
      .catch((cause: unknown) => log({ what: "Could not check for advisories.", cause }))
      .finally(() => {
        running = undefined;
      });
  };
  const isSet = app.settings.advisories !== undefined;
  const timers = isSet ? [setTimeout(look, FIRST_CHECK_MS).unref(), setInterval(look, CHECK_MS).unref()] : [];
  return {
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      await running;
    },
  };
}

async function inventory(): Promise<readonly Part[]> {
  const file = nearestLock(fileURLToPath(new URL(".", import.meta.url)));
  const root = file.endsWith("/node_modules/.package-lock.json") ? dirname(dirname(file)) : dirname(file);
  return takeInventory(JSON.parse(await readFile(file, "utf8")), realRoot(root), await loadedModules());
}

/** Modules are known by where they really lie. */
function realRoot(root: string): string {
  const modules = join(root, "node_modules");
  return existsSync(modules) ? dirname(realpathSync(modules)) : root;
}

function nearestLock(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const lock = LOCKS.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (lock !== undefined) return lock;
    if (dirname(folder) === folder)
      throw new Fault("advisories.unreadable", "There is no package-lock.json here: what is installed is not known. Install with npm ci.");
  }
}
