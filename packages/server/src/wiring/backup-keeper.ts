import { readFile } from "node:fs/promises";
import type { App } from "../app.ts";
import {
  type Backup,
  type BackupNeeds,
  clearScratch,
  createBackup,
  createFolderTarget,
  createKeeper,
  createS3Target,
  type Fetch,
  type Keeper,
  ledgerEnd,
  type S3Credentials,
  startLedger,
  type Target,
} from "../backup/index.ts";
import { Fault, faultFrom, systemClock } from "../kit/index.ts";
import type { Log } from "../log.ts";
import { dataPaths, type Settings } from "../settings.ts";
import { parseRootReference } from "../vault/index.ts";
import { VERSION } from "../version.ts";

const keepers = new WeakMap<App, Promise<Keeper>>();

/** The one that keeps the backups of an open app: the schedule and the operator take turns with it. */
export function keeperOf(app: App): Promise<Keeper> {
  const known = keepers.get(app) ?? openKeeper(app);
  keepers.set(app, known);
  // A target whose credentials are missing now may be there at the next try.
  known.catch(() => keepers.delete(app));
  return known;
}

async function openKeeper(app: App): Promise<Keeper> {
  const { store, vault, keys, openCopy, trail, clock, folder, plan, settings } = app;
  const target = await openTarget(settings, app.env);
  const rules = plan.backups;
  return createKeeper({ store, vault, keys, openCopy, trail, clock, backup: backupOf(app), target, scratch: folder.paths.drill, rules });
}

const LOOK_MS = 300_000;

/** The ledger follows from now on; backups and drills are made when they are due. A drill that was cut off leaves nothing behind. */
export async function startBackups(app: App, log: Log): Promise<AsyncDisposable> {
  const { store, vault, trail, clock, folder, settings } = app;
  await clearScratch(folder.paths.drill);
  const target = await openTarget(settings, app.env).catch((error: unknown) => {
    // Without a place for its backups the server stops, and whoever runs it must be told why.
    log({ what: faultFrom(error).message });
    throw error;
  });
  const keeper = await keeperOf(app);
  const ledger = startLedger({ store, vault, trail, clock, target });
  let running: Promise<void> | undefined = target
    .lacks()
    .then((sentences) => {
      for (const what of sentences) log({ what: `${target.place}: ${what}` });
    })
    .catch((cause: unknown) => log({ what: `Could not try out ${target.place}.`, cause }))
    .finally(() => {
      running = undefined;
    });
  const timer = setInterval(() => {
    running ??= keeper
      .tend()
      .catch((cause: unknown) => log({ what: "Could not make, prove or clear backups.", cause }))
      .finally(() => {
        running = undefined;
      });
  }, LOOK_MS).unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
      await ledger[Symbol.asyncDispose]();
    },
  };
}

/** Makes single backups of an open app. */
export function backupOf(app: App): Backup {
  const { store, vault, keys, sealer, folder, trail, clock, plan, tables } = app;
  const needs: BackupNeeds = {
    store,
    vault,
    keys,
    sealer,
    keyring: folder.keyring,
    trail,
    clock,
    tables,
    cipher: plan.cipher,
    version: VERSION,
    databaseFile: folder.paths.database(keys.pageGeneration),
    ledgerEnd: () => ledgerEnd(store, vault),
  };
  return createBackup(needs);
}

/** Where the settings say that backups go. Needs no data folder: it is what is left when that is gone. */
export async function openTarget({ backups, data }: Settings, env: App["env"]): Promise<Target> {
  if (backups.target.kind === "folder") return createFolderTarget(backups.target.path);
  const credentials = await readCredentials(backups.keyReference, env);
  const overNetwork: Fetch = (url, init) => fetch(url, init);
  const draftFolder = dataPaths(data).backups;
  return createS3Target({ place: backups.target, credentials, fetch: overNetwork, clock: systemClock, draftFolder });
}

async function readCredentials(reference: string | undefined, env: App["env"]): Promise<S3Credentials> {
  if (reference === undefined)
    throw new Fault(
      "settings.invalid",
      "Object storage needs credentials: name them with --backups-key file:/path or env:NAME, as ID:SECRET.",
    );
  const parsed = parseRootReference(reference);
  const text =
    parsed.kind === "file" ? await readFile(parsed.path, "utf8").catch(() => "") : parsed.kind === "env" ? (env[parsed.name] ?? "") : "";
  const [, accessKeyId, secretAccessKey] = /^([^:\s]+):(\S+)\s*$/.exec(text) ?? [];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Fault("settings.invalid", `What ${reference} leads to is not there, or is not credentials of the form ID:SECRET.`);
  return { accessKeyId, secretAccessKey };
}
