import { mkdir, open, readdir, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { LEDGER_FILE, type Restored, restoreBackup } from "../backup/index.ts";
import { endedBackupTables } from "../backup/tables.ts";
import { Fault, systemClock } from "../kit/index.ts";
import { dataPaths } from "../settings.ts";
import { openTarget } from "../wiring/backup-keeper.ts";
import { type Call, type Command, reply, UsageError } from "./command.ts";
import type { RootText } from "./contract.ts";
import { counted, formatBytes } from "./output.ts";
import { readSecret } from "./secrets.ts";

/** Who signs in again after a restore: everybody. Which recovery codes were used since, nobody knows: none of them comes back. */
const ENDED_TABLES = [
  "identity.sessions",
  "identity.challenges",
  "identity.one_time_codes",
  "identity.recovery_codes",
  "identity.factor_resets",
  "identity.address_changes",
  "mail.outbox",
  ...endedBackupTables,
];
const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

export const backupCommand: Command = {
  name: "backup",
  summary: "Write an encrypted backup of everything, and keep it where backups go.",
  positionals: [{ name: "FILE", required: false, summary: "a file that is not there yet, for a backup that nobody looks after" }],
  options: {},
  run({ operate, positional, io }) {
    const named = positional("FILE");
    return named === undefined ? operate("backup.keep", {}) : operate("backup.make", { path: resolve(io.cwd, named) });
  },
};

export const drillCommand: Command = {
  name: "drill",
  summary: "Restore the newest backup into a scratch folder and prove it.",
  positionals: [],
  options: {},
  run: ({ operate }) => operate("backup.drill", {}),
};

export const backupsStatusCommand: Command = {
  name: "backups status",
  summary: "Show the backups that are kept, the last drill, and what is due.",
  positionals: [],
  options: {},
  run: ({ operate }) => operate("backup.status", {}),
};

export const backupsListCommand: Command = {
  name: "backups list",
  summary: "List what lies where backups go. Works without the data folder.",
  positionals: [],
  options: {},
  async run({ settings, io }) {
    const target = await openTarget(settings, io.env);
    const files = (await target.list()).filter(({ name }) => !LEDGER_FILE.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
    const lines = files.map(({ name, bytes }) => `${name}  ${formatBytes(bytes)}`);
    return reply({ target: target.place, files }, lines.length === 0 ? [`Nothing lies in ${target.place}.`] : lines);
  },
};

export const backupsFetchCommand: Command = {
  name: "backups fetch",
  summary: "Bring a backup and the ledger here, to restore from. Works without the data folder.",
  positionals: [
    { name: "NAME", required: true, summary: "the backup, from `holdfast backups list`" },
    { name: "FOLDER", required: true, summary: "where it goes; nothing there is overwritten" },
  ],
  options: {},
  async run({ settings, io, positional, progress }) {
    const [name, folder] = [positional("NAME") ?? "", resolve(io.cwd, positional("FOLDER") ?? "")];
    const target = await openTarget(settings, io.env);
    const files = await target.list();
    if (!files.some((file) => file.name === name)) throw new Fault("data.missing", `There is no ${name} in ${target.place}.`);
    const wanted = files.filter((file) => file.name === name || LEDGER_FILE.test(file.name));
    const total = wanted.reduce((sum, { bytes }) => sum + bytes, 0);
    await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
    let done = 0;
    for (const file of wanted) {
      await using into = await open(join(folder, file.name), "wx", OWNER_ONLY);
      for await (const chunk of target.read(file.name)) {
        await into.writeFile(chunk);
        done += chunk.length;
        progress({ what: "fetch", done, total, unit: "bytes" });
      }
      await into.sync();
    }
    const path = join(folder, name);
    return reply({ path, bytes: done, ledgerFiles: wanted.length - 1 }, [
      `${path} is here, with ${wanted.length - 1} files of the ledger beside it. Restore it: holdfast restore ${path} --data DIR`,
    ]);
  },
};

export const restoreCommand: Command = {
  name: "restore",
  summary: "Bring a backup back into an empty folder (--data DIR), and prove it.",
  positionals: [{ name: "FILE", required: true, summary: "the backup" }],
  options: {
    kit: { type: "string", metavar: "FILE", summary: "open it with the recovery kit in this file, or - for standard input" },
    "old-root": {
      type: "string",
      metavar: "REFERENCE",
      summary: "open it with the root key of the old place: file:/path, env:NAME or prompt:",
    },
    ledger: { type: "string", metavar: "FOLDER", summary: "the newest ledger of erasures and revocations (default: the folder of FILE)" },
    "no-ledger": { type: "boolean", metavar: "", summary: "restore without a ledger: what was erased or revoked since comes back" },
  },
  async run(call) {
    const { settings, io, wiring, progress } = call;
    const by = await readOpener(call);
    const file = resolve(io.cwd, call.positional("FILE") ?? "");
    const restored = await restoreBackup({
      file,
      places: dataPaths(settings.data),
      by,
      placeRoot: () => wiring.placeRoot(settings),
      endedTables: ENDED_TABLES,
      ledgerFiles: () => readLedgerFiles(call, dirname(file)),
      clock: systemClock,
      onProgress: ({ done, total }) => progress({ what: "restore", done, total, unit: "bytes" }),
    });
    const { manifest, databaseBytes, ended, oldTrail } = restored;
    const unknownSince = new Date(restored.unknownSince).toISOString();
    const data = {
      data: settings.data,
      madeAt: new Date(manifest.madeAt).toISOString(),
      databaseBytes,
      endedRows: ended,
      oldTrail,
      owed: restored.owed ?? null,
      unknownSince,
      rows: manifest.counts,
    };
    return reply(data, [
      `${settings.data} holds what the backup held at ${data.madeAt}: ${formatBytes(databaseBytes)}, checked to the last byte.`,
      "Its integrity check passes, and its trail is the one that was signed.",
      "All sessions, pending codes and recovery codes are ended: everybody signs in again, and makes new recovery codes.",
      ledgerLine(restored, unknownSince),
      `A new trail begins; its first entry names the old one with its ${oldTrail.size} entries.`,
    ]);
  },
};

function ledgerLine({ owed }: Pick<Restored, "owed">, unknownSince: string): string {
  if (owed === undefined)
    return `No ledger of erasures and revocations was given: what was erased or revoked after ${unknownSince} is not known here. Do it again by hand.`;
  if (owed === 0) return `The ledger reaches to ${unknownSince}, and nothing in it was erased or revoked after this backup.`;
  return `The ledger reaches to ${unknownSince}: ${counted(owed, "erasure or revocation is", "erasures and revocations are")} done again at the first start. Accounts whose password changed choose a new one.`;
}

/** The files that are there; whether they are a whole ledger of this app, the restore tells. */
async function readLedgerFiles({ io, text, isSet }: Call, beside: string): Promise<readonly Uint8Array[]> {
  const given = text("ledger");
  if (isSet("no-ledger") && given !== undefined) throw new UsageError("Give --ledger or --no-ledger, not both.");
  if (isSet("no-ledger")) return [];
  const folder = given === undefined ? beside : resolve(io.cwd, given);
  const names = (await readdir(folder)).filter((name) => LEDGER_FILE.test(name));
  if (given !== undefined && names.length === 0) throw new Fault("data.missing", `There is no ledger in ${folder}.`);
  return Promise.all(names.map(async (name) => new Uint8Array(await readFile(join(folder, name)))));
}

async function readOpener(call: Call): Promise<{ readonly kit: string } | { readonly roots: readonly RootText[] }> {
  const reference = call.text("old-root");
  if (reference !== undefined && call.text("kit") !== undefined) throw new UsageError("Give --kit or --old-root, not both.");
  if (reference === undefined) return { kit: await readSecret(call, "kit", "Recovery kit") };
  const root = await call.wiring.readRoot(reference);
  if (root === undefined)
    throw new Fault("vault.refused", `Nothing was found behind ${reference}. Put the root key back there, or use --kit.`);
  return { roots: [root] };
}
