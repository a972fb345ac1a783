import { type Clock, Fault, faultFrom } from "../kit/index.ts";
import type { Store } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Keys, OpenedVault, Vault } from "../vault/index.ts";
import type { Backup, BackupProgress, MadeBackup } from "./backup.ts";
import { clearScratch, drill, mustBeOurs } from "./drill.ts";
import { ledgerStep } from "./ledger-entries.ts";
import {
  type BackupRecord,
  type DrillRecord,
  insertBackup,
  insertDrill,
  lastDrill,
  nextNumber,
  readBackups,
  updateBackup,
} from "./records.ts";
import { type KeepRules, outlived } from "./retention.ts";
import { BACKUPS, DRILLS } from "./tables.ts";
import type { Target } from "./target.ts";

export interface KeeperNeeds {
  readonly store: Store;
  readonly vault: Pick<Vault, "appId">;
  readonly keys: Pick<Keys, "roots">;
  readonly openCopy: OpenedVault["openCopy"];
  /** Whose steps also write to the ledger. */
  readonly trail: Pick<Trail, "entry" | "note" | "settle">;
  readonly clock: Clock;
  readonly backup: Backup;
  readonly target: Target;
  /** Where a drill restores to; ours alone. */
  readonly scratch: string;
  readonly rules: { readonly everyMs: number; readonly drillEveryMs: number; readonly keep: KeepRules };
}

export interface BackupStatus {
  readonly target: string;
  /** Newest first. */
  readonly backups: readonly BackupRecord[];
  readonly lastDrill: DrillRecord | undefined;
  /** When the next is due; in the past for one that is overdue. */
  readonly backupDueAt: number;
  readonly drillDueAt: number;
}

/** Makes backups, proves them and lets go of old ones; one thing at a time. */
export interface Keeper {
  backUp(onProgress?: (progress: BackupProgress) => void): Promise<BackupRecord>;
  /** Fault `backup.refused` when there is no backup; a backup that does not pass is a record that says so. */
  drill(): Promise<DrillRecord>;
  /** Does what is due. Throws what failed first, after all that is due was tried. */
  tend(): Promise<void>;
  status(): Promise<BackupStatus>;
}

/** A failed backup is tried again after so long, not at every look. */
const RETRY_MS = 3_600_000;
/** A clock that moved further than this beside the steady one is not asked what is old. */
const CLOCK_SLACK_MS = 60_000;

export function createKeeper(needs: KeeperNeeds): Keeper {
  const { store, clock, keys, target } = needs;
  const offset = clock.now() - clock.elapsed();
  let turn: Promise<unknown> = Promise.resolve();
  let failedAt = Number.NEGATIVE_INFINITY;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turn.then(work);
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function status(): Promise<BackupStatus> {
    const { backups, last } = await store.view(async (view) => ({ backups: await readBackups(view), last: await lastDrill(view) }));
    const here = backups.filter((backup) => backup.target === target.place);
    return { target: target.place, backups: here, lastDrill: last, ...dueTimes(here, last, needs, rootsOf(keys)) };
  }

  async function tend(): Promise<void> {
    await clearScratch(needs.scratch);
    const faults: unknown[] = [];
    const attempt = async (work: () => Promise<unknown>): Promise<void> => {
      await work().catch((error: unknown) => faults.push(error));
    };
    if ((await status()).backupDueAt <= clock.now() && clock.elapsed() - failedAt >= RETRY_MS) {
      await attempt(() => backUpOrRest());
    }
    const hasJumped = Math.abs(clock.now() - clock.elapsed() - offset) > CLOCK_SLACK_MS;
    if (!hasJumped) await attempt(async () => prune(needs, (await status()).backups));
    const { drillDueAt, backups } = await status();
    if (backups.length > 0 && drillDueAt <= clock.now()) await attempt(() => runDrill(needs, backups));
    if (faults.length > 0) throw faults[0];
  }

  async function backUpOrRest(): Promise<void> {
    try {
      await backUp(needs);
      failedAt = Number.NEGATIVE_INFINITY;
    } catch (error) {
      failedAt = clock.elapsed();
      throw error;
    }
  }

  return {
    backUp: (onProgress) => inTurn(() => backUp(needs, onProgress)),
    drill: () => inTurn(async () => runDrill(needs, (await status()).backups)),
    tend: () => inTurn(tend),
    status,
  };
}

function dueTimes(
  [newest]: readonly BackupRecord[],
  last: DrillRecord | undefined,
  { clock, rules }: Pick<KeeperNeeds, "clock" | "rules">,
  roots: string,
): Pick<BackupStatus, "backupDueAt" | "drillDueAt"> {
  const now = clock.now();
  const isDueNow = newest === undefined || newest.roots !== roots || newest.madeAt > now + CLOCK_SLACK_MS;
  // One that failed is tried again with the next backup; a clock that went back asks for another.
  const isDrillDue = last === undefined || last.at > now + CLOCK_SLACK_MS || (!last.passed && newest?.name !== last.backup);
  return {
    backupDueAt: isDueNow ? now : newest.madeAt + rules.everyMs,
    drillDueAt: isDrillDue ? now : last.at + rules.drillEveryMs,
  };
}

async function backUp(needs: KeeperNeeds, onProgress?: (progress: BackupProgress) => void): Promise<BackupRecord> {
  const { store, clock, keys, target, backup, trail } = needs;
  const name = `${new Date(clock.now()).toISOString().replaceAll(":", "-").slice(0, 19)}Z.holdfast`;
  const made = await target
    .keep(name, (path) => backup.make(path, onProgress))
    .catch((error: unknown) => {
      // What the making itself could not do is recorded already.
      if (faultFrom(error).detail["recorded"] !== true)
        trail.note({ kind: "backup.failed", at: clock.now(), because: faultFrom(error).message });
      throw error;
    });
  const number = await store.view((view) => nextNumber(view, BACKUPS));
  const record: BackupRecord = { number, version: 1, name, target: target.place, ...factsOf(made), roots: rootsOf(keys), provenAt: null };
  await mustCommit(store, [insertBackup(record), ledgerStep({ what: "backup", who: name }, clock.now())]);
  return record;
}

function factsOf({ bytes, manifest }: MadeBackup): Pick<BackupRecord, "bytes" | "madeAt" | "trailSize"> {
  return { bytes, madeAt: manifest.madeAt, trailSize: Number(manifest.checkpoint.split("\n")[1]) };
}

async function runDrill(needs: KeeperNeeds, [newest]: readonly BackupRecord[]): Promise<DrillRecord> {
  if (newest === undefined) throw new Fault("backup.refused", "There is no backup to restore yet. Make one with `holdfast backup`.");
  const { store, clock, trail } = needs;
  const begun = clock.elapsed();
  const number = await store.view((view) => nextNumber(view, DRILLS));
  const shared = { number, at: Math.floor(clock.now()), backup: newest.name, bytes: newest.bytes };
  try {
    const passed: DrillRecord = { ...shared, ...(await restoreNewest(needs, newest)) };
    const { backup, elapsedMs, lossMs, lostEntries, bytes } = passed;
    const event = {
      kind: "drill.passed",
      at: clock.now(),
      backup,
      elapsedMs,
      lossMs: lossMs ?? 0,
      lostEntries: lostEntries ?? 0,
      bytes,
    } as const;
    await mustCommit(store, [insertDrill(passed), updateBackup(newest, { proven_at: shared.at }), ...trail.entry(event)]);
    return passed;
  } catch (error) {
    const because = faultFrom(error).message;
    const elapsedMs = Math.round(clock.elapsed() - begun);
    const failed: DrillRecord = { ...shared, passed: false, because, elapsedMs, lossMs: null, lostEntries: null, rows: null };
    await mustCommit(store, [insertDrill(failed), ...trail.entry({ kind: "drill.failed", at: clock.now(), backup: newest.name, because })]);
    return failed;
  }
}

async function restoreNewest(
  { target, scratch, openCopy, clock, trail, vault }: KeeperNeeds,
  { name, bytes: expectedBytes }: BackupRecord,
): Promise<Omit<DrillRecord, "number" | "at" | "backup" | "bytes">> {
  const { manifest, rows, elapsedMs } = await drill({ bytes: target.read(name), scratch, openCopy, clock, expectedBytes });
  const head = await trail.settle();
  const known = mustBeOurs(manifest, vault, head.size);
  const lossMs = Math.max(0, Math.round(clock.now() - manifest.madeAt));
  return { passed: true, because: null, elapsedMs, lossMs, lostEntries: head.size - known, rows };
}

/** Deleted first: one that is said to be there and is not is tried again and found by a drill; the other way round it would stay for ever. */
async function prune({ store, clock, trail, target, rules }: KeeperNeeds, backups: readonly BackupRecord[]): Promise<void> {
  for (const backup of outlived(backups, rules.keep)) {
    const event = { kind: "backup.removed", at: clock.now(), name: backup.name, because: "no rule keeps it" } as const;
    await target.remove(backup.name);
    await mustCommit(store, [updateBackup(backup, { removed_at: Math.floor(clock.now()) }), ...trail.entry(event)]);
  }
}

function rootsOf({ roots }: Pick<Keys, "roots">): string {
  return roots
    .filter(({ leaving }) => !leaving)
    .map(({ id }) => id)
    .join(",");
}

async function mustCommit(store: Store, steps: Parameters<Store["commit"]>[0]["steps"]): Promise<void> {
  const receipt = await store.commit({ steps });
  if (!receipt.committed) throw new Fault("data.conflict", "Another process keeps these backups too. Let one do it.");
}
