import { readFileSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { EVENTS, Fault, systemClock } from "../kit/index.ts";
import { type ReadFolder, SHOW_ENTRIES_MAX, verifyFolder } from "../trail/index.ts";
import { readCount, readMoment } from "./args.ts";
import { type Call, type Command, UsageError } from "./command.ts";
import type { Reply } from "./contract.ts";
import { verificationReply } from "./trail-operations.ts";

const LAST_DEFAULT = "50";
const TRAIL_FILE_BYTES_MAX = 268_435_456;

export const trailVerifyCommand: Command = {
  name: "trail verify",
  summary: "Check that no entry was altered, removed, reordered or put in.",
  positionals: [{ name: "FOLDER", required: false, summary: "an exported trail (default: the trail of the data folder)" }],
  options: { "public-key": { type: "string", metavar: "KEY", summary: "for an exported trail: its public key, or a file that holds it" } },
  run(call) {
    const folder = call.positional("FOLDER");
    return folder === undefined ? call.operate("trail.verify", {}) : verifyExported(call, folder);
  },
};

export const trailShowCommand: Command = {
  name: "trail show",
  summary: "Show what happened, newest last.",
  positionals: [],
  options: {
    kind: { type: "string", multiple: true, metavar: "KIND", summary: "only this kind, like signin.refused; repeat it for more" },
    since: { type: "string", metavar: "TIME", summary: "from then on: 2026-11-20T08:00:00Z, or 2h for the last two hours" },
    until: { type: "string", metavar: "TIME", summary: "up to then" },
    last: { type: "string", metavar: "NUMBER", summary: `the newest so many, at most ${SHOW_ENTRIES_MAX} (default: ${LAST_DEFAULT})` },
    personal: { type: "boolean", metavar: "", summary: "open personal values; that you did is recorded" },
  },
  run(call) {
    const kinds = call.texts("kind");
    const unknown = kinds.find((kind) => !Object.hasOwn(EVENTS, kind));
    if (unknown !== undefined) throw new UsageError(`There is no kind ${unknown}. Known are: ${Object.keys(EVENTS).join(", ")}.`);
    const moment = (option: string): number | undefined => {
      const text = call.text(option);
      return text === undefined ? undefined : readMoment(text, option, systemClock.now());
    };
    const [from, to] = [moment("since"), moment("until")];
    return call.operate("trail.show", {
      kinds,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      last: readCount(call.text("last") ?? LAST_DEFAULT, "last", SHOW_ENTRIES_MAX),
      personal: call.isSet("personal"),
    });
  },
};

export const trailExportCommand: Command = {
  name: "trail export",
  summary: "Write the trail as tlog-tiles files, for others to verify.",
  positionals: [{ name: "FOLDER", required: true, summary: "a folder that is empty or not there" }],
  options: {},
  async run({ operate, positional, io }) {
    const path = resolve(io.cwd, positional("FOLDER") ?? "");
    if ((await namesIn(path)).length > 0) throw new UsageError(`${path} is not empty. Name a new folder.`);
    return operate("trail.export", { path });
  },
};

/** With the public key and nothing else: no server, no keys, no data folder. */
async function verifyExported({ io, text, progress }: Call, folder: string): Promise<Reply> {
  const given = text("public-key");
  if (given === undefined)
    throw new UsageError("Give the trail's public key with --public-key; `holdfast trail verify` on the server prints it.");
  const key = given.includes("+") ? given : readKeyFile(resolve(io.cwd, given));
  const onProgress = (done: number): void => progress({ what: "verify", done, total: null, unit: "entries" });
  return verificationReply(await verifyFolder(openFolder(resolve(io.cwd, folder)), key, onProgress), key.trim());
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Fault("settings.invalid", `The file ${path} cannot be read.`, { cause });
  }
}

function openFolder(root: string): ReadFolder {
  return {
    async read(path) {
      const target = join(root, path);
      const found = await stat(target).catch(() => undefined);
      if (found === undefined || !found.isFile()) return undefined;
      if (found.size > TRAIL_FILE_BYTES_MAX) throw new Fault("trail.refused", `${target} is too large to be part of a trail.`);
      return new Uint8Array(await readFile(target));
    },
    async list(path) {
      const base = join(root, path);
      const entries = await readdir(base, { recursive: true, withFileTypes: true }).catch(() => []);
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => relative(base, join(entry.parentPath, entry.name)).split(sep).join("/"));
    },
  };
}

async function namesIn(path: string): Promise<readonly string[]> {
  return readdir(path).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new Fault("settings.invalid", `The folder ${path} cannot be read.`, { cause: error });
  });
}
