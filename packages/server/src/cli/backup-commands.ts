import { join, resolve } from "node:path";
import { restoreBackup } from "../backup/index.ts";
import { Fault, systemClock } from "../kit/index.ts";
import { dataPaths } from "../settings.ts";
import { type Call, type Command, reply, UsageError } from "./command.ts";
import type { RootText } from "./contract.ts";
import { formatBytes } from "./output.ts";
import { readSecret } from "./secrets.ts";

/** Who signs in again after a restore: everybody. Used recovery codes stay used. */
const ENDED_TABLES = ["identity.sessions", "identity.challenges", "identity.one_time_codes"];

export const backupCommand: Command = {
  name: "backup",
  summary: "Write an encrypted backup of everything into one file.",
  positionals: [{ name: "FILE", required: false, summary: "a file that is not there yet (default: in the data folder's backups)" }],
  options: {},
  run({ operate, positional, settings, io }) {
    const named = positional("FILE");
    const name = `${new Date(systemClock.now()).toISOString().replaceAll(":", "-").slice(0, 19)}Z.holdfast`;
    const path = named === undefined ? join(dataPaths(settings.data).backups, name) : resolve(io.cwd, named);
    return operate("backup.make", { path });
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
  },
  async run(call) {
    const { settings, io, wiring, progress } = call;
    const by = await readOpener(call);
    const restored = await restoreBackup({
      file: resolve(io.cwd, call.positional("FILE") ?? ""),
      places: dataPaths(settings.data),
      by,
      placeRoot: () => wiring.placeRoot(settings),
      endedTables: ENDED_TABLES,
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
      unknownSince,
      rows: manifest.counts,
    };
    return reply(data, [
      `${settings.data} holds what the backup held at ${data.madeAt}: ${formatBytes(databaseBytes)}, checked to the last byte.`,
      "Its integrity check passes, and its trail is the one that was signed.",
      "All sessions and pending codes are ended: everybody signs in again.",
      `No ledger of erasures and revocations was given: what was erased or revoked after ${unknownSince} is not known here. Do it again by hand.`,
      `A new trail begins; its first entry names the old one with its ${oldTrail.size} entries.`,
    ]);
  },
};

async function readOpener(call: Call): Promise<{ readonly kit: string } | { readonly roots: readonly RootText[] }> {
  const reference = call.text("old-root");
  if (reference !== undefined && call.text("kit") !== undefined) throw new UsageError("Give --kit or --old-root, not both.");
  if (reference === undefined) return { kit: await readSecret(call, "kit", "Recovery kit") };
  const root = await call.wiring.readRoot(reference);
  if (root === undefined)
    throw new Fault("vault.refused", `Nothing was found behind ${reference}. Put the root key back there, or use --kit.`);
  return { roots: [root] };
}
