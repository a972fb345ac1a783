import type { App } from "../app.ts";
import type { BackupRecord, BackupStatus, DrillRecord } from "../backup/index.ts";
import { formatId } from "../kit/index.ts";
import { fieldsOf, textField } from "./args.ts";
import { reply } from "./command.ts";
import type { Operation, Operations, Progress, Reply } from "./contract.ts";
import { formatBytes } from "./output.ts";

export function backupOperations(app: App): Operations {
  // The room is loaded when it is asked for: most starts do not need it before they listen.
  const room = () => import("../wiring/backup-keeper.ts");
  return {
    "backup.make": async (args, progress) => {
      const path = textField(fieldsOf(args), "path");
      const backup = (await room()).backupOf(app);
      const { bytes, manifest } = await backup.make(path, progressOf("backup", progress));
      const [, size] = manifest.checkpoint.split("\n");
      const data = {
        path,
        bytes,
        madeAt: iso(manifest.madeAt),
        app: formatId(manifest.appId),
        instance: formatId(manifest.instanceId),
        trailSize: Number(size),
        rows: manifest.counts,
      };
      return reply(data, madeLines(path, bytes, manifest.madeAt));
    },
    "backup.keep": async (_args, progress) => {
      const keeper = await (await room()).keeperOf(app);
      const record = await keeper.backUp(progressOf("backup", progress));
      return reply(backupJson(record), madeLines(`${record.target}/${record.name}`, record.bytes, record.madeAt));
    },
    "backup.drill": async () => drillReply(await (await (await room()).keeperOf(app)).drill()),
    "backup.status": async () => statusReply(await (await (await room()).keeperOf(app)).status()),
  };
}

function progressOf(what: string, progress: Parameters<Operation>[1]): (step: Pick<Progress, "done"> & { readonly total: number }) => void {
  return ({ done, total }) => progress({ what, done, total, unit: "bytes" });
}

function madeLines(place: string, bytes: number, madeAt: number): readonly string[] {
  return [
    `${place} (${formatBytes(bytes)}) holds everything up to ${iso(madeAt)}.`,
    "It opens with this app's root key, or with the recovery kit alone. Keep it on another machine.",
  ];
}

function drillReply(drill: DrillRecord): Reply {
  const { backup, passed, because, elapsedMs, lossMs, lostEntries, rows, bytes } = drill;
  const data = { ...drill, at: iso(drill.at) };
  if (!passed) return reply(data, [`${backup} DID NOT PASS: ${because}`, "Make a new backup with `holdfast backup`, then drill again."], 1);
  const seconds = elapsedMs / 1_000;
  return reply(data, [
    `${backup} (${formatBytes(bytes)}) was restored and proven in ${seconds.toFixed(1)} s: every byte, the database, the trail, ${rows} rows.`,
    `If the server were lost now, ${lasting(lossMs ?? 0)} and ${lostEntries} entries of the trail would be gone.`,
  ]);
}

function statusReply({ target, backups, lastDrill, backupDueAt, drillDueAt }: BackupStatus): Reply {
  const data = {
    target,
    backups: backups.map(backupJson),
    lastDrill: lastDrill === undefined ? null : { ...lastDrill, at: iso(lastDrill.at) },
    backupDueAt: iso(backupDueAt),
    drillDueAt: iso(drillDueAt),
  };
  const lines = [
    `backups go to ${target}; the next is due at ${data.backupDueAt}`,
    ...backups.map(
      ({ name, bytes, provenAt }) => `${name}  ${formatBytes(bytes)}  ${provenAt === null ? "not proven yet" : `proven ${iso(provenAt)}`}`,
    ),
    lastDrill === undefined
      ? "no drill yet"
      : `last drill ${iso(lastDrill.at)}: ${lastDrill.passed ? "passed" : `FAILED: ${lastDrill.because}`}; the next is due at ${data.drillDueAt}`,
  ];
  return reply(data, lines, lastDrill?.passed === false ? 1 : 0);
}

function backupJson({ name, target, bytes, madeAt, trailSize, provenAt }: BackupRecord): object {
  return { name, target, bytes, madeAt: iso(madeAt), trailSize, provenAt: provenAt === null ? null : iso(provenAt) };
}

function lasting(ms: number): string {
  const units = [
    ["days", 86_400_000],
    ["hours", 3_600_000],
    ["minutes", 60_000],
  ] as const;
  if (ms < 2_000) return "less than two seconds";
  const [unit, size] = units.find(([, each]) => ms >= 2 * each) ?? ["seconds", 1_000];
  return `${Math.floor(ms / size)} ${unit}`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
