import { Fault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Row, Step, View } from "../store/contract.ts";
import { BACKUPS, DRILLS } from "./tables.ts";

/** A backup that the schedule made and still keeps. */
export interface BackupRecord {
  readonly number: number;
  readonly version: number;
  readonly name: string;
  readonly target: string;
  readonly madeAt: number;
  readonly bytes: number;
  readonly trailSize: number;
  readonly roots: string;
  readonly provenAt: number | null;
}

export interface DrillRecord {
  readonly number: number;
  readonly at: number;
  readonly backup: string;
  readonly passed: boolean;
  readonly because: string | null;
  readonly elapsedMs: number;
  /** How much time and how many entries of the trail would have been lost; null where the drill did not come so far. */
  readonly lossMs: number | null;
  readonly lostEntries: number | null;
  readonly rows: number | null;
  readonly bytes: number;
}

const HERE: Filter = { op: "null", sense: "is", column: "removed_at" };
const COLUMNS = ["number", "row_version", "name", "target", "made_at", "bytes", "trail_size", "roots", "proven_at"] as const;
const DRILL_COLUMNS = ["number", "at", "backup", "passed", "because", "elapsed_ms", "loss_ms", "lost_entries", "rows", "bytes"] as const;

/** Newest first. */
export async function readBackups(view: View): Promise<readonly BackupRecord[]> {
  const order = [{ column: "number", direction: "desc", nulls: "last" }] as const;
  return (await view.read({ table: BACKUPS, columns: COLUMNS, where: HERE, order })).map(backupOf);
}

export async function nextNumber(view: View, table: typeof BACKUPS | typeof DRILLS): Promise<number> {
  const [row] = await view.read({
    table,
    columns: ["number"],
    where: { op: "all", of: [] },
    order: [{ column: "number", direction: "desc", nulls: "last" }],
    limit: 1,
  });
  return Number(row?.[0] ?? 0) + 1;
}

export async function lastDrill(view: View): Promise<DrillRecord | undefined> {
  const [row] = await view.read({
    table: DRILLS,
    columns: DRILL_COLUMNS,
    where: { op: "all", of: [] },
    order: [{ column: "number", direction: "desc", nulls: "last" }],
    limit: 1,
  });
  return row && drillOf(row);
}

export function insertBackup({ version: _madeByTheStore, ...record }: BackupRecord): Step {
  const { number, name, target, madeAt, bytes, trailSize, roots, provenAt } = record;
  const row = { number, name, target, made_at: madeAt, bytes, trail_size: trailSize, roots, proven_at: provenAt, removed_at: null };
  return { do: "insert", table: BACKUPS, row };
}

export function updateBackup(
  { number, version }: BackupRecord,
  set: { readonly proven_at: number } | { readonly removed_at: number },
): Step {
  return { do: "update", table: BACKUPS, key: [number], version, set };
}

export function insertDrill(record: DrillRecord): Step {
  const { number, at, backup, passed, because, elapsedMs, lossMs, lostEntries, rows, bytes } = record;
  const row = {
    number,
    at,
    backup,
    passed: passed ? 1 : 0,
    because,
    elapsed_ms: elapsedMs,
    loss_ms: lossMs,
    lost_entries: lostEntries,
    rows,
    bytes,
  };
  return { do: "insert", table: DRILLS, row };
}

function backupOf(row: Row): BackupRecord {
  const [number, version, name, target, madeAt, bytes, trailSize, roots, provenAt] = row;
  return {
    number: Number(number),
    version: Number(version),
    name: textOf(name),
    target: textOf(target),
    madeAt: Number(madeAt),
    bytes: Number(bytes),
    trailSize: Number(trailSize),
    roots: textOf(roots),
    provenAt: orNull(provenAt),
  };
}

function drillOf(row: Row): DrillRecord {
  const [number, at, backup, passed, because, elapsedMs, lossMs, lostEntries, rows, bytes] = row;
  return {
    number: Number(number),
    at: Number(at),
    backup: textOf(backup),
    passed: passed === 1,
    because: because === null ? null : textOf(because),
    elapsedMs: Number(elapsedMs),
    lossMs: orNull(lossMs),
    lostEntries: orNull(lostEntries),
    rows: orNull(rows),
    bytes: Number(bytes),
  };
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new Fault("internal", "A record of a backup is not what was stored.");
  return value;
}

function orNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
