import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { Fault } from "../kit/index.ts";
import { checkStatement } from "../trail/index.ts";
import { sha256 } from "../vault/index.ts";
import { type Call, type Command, reply, UsageError } from "./command.ts";
import type { Reply } from "./contract.ts";

const OWNER_ONLY = 0o600;
const ACCOUNT = { name: "ACCOUNT", required: true, summary: "the account's id or its e-mail address" } as const;

export const subjectExportCommand: Command = {
  name: "subject export",
  summary: "Write all data of one account into a file, with a signed manifest.",
  positionals: [ACCOUNT, { name: "FILE", required: true, summary: "a file that is not there yet" }],
  options: {},
  run: ({ operate, positional, io }) =>
    operate("subject.export", { account: positional("ACCOUNT") ?? "", path: resolve(io.cwd, positional("FILE") ?? "") }),
};

export const subjectEraseCommand: Command = {
  name: "subject erase",
  summary: "Erase all data of one account now, for good, with a signed certificate.",
  positionals: [ACCOUNT, { name: "FILE", required: true, summary: "where the certificate goes: a file that is not there yet" }],
  options: { yes: { type: "boolean", metavar: "", summary: "yes, erase it: nothing brings it back" } },
  async run({ operate, positional, isSet, io }) {
    if (!isSet("yes")) throw new UsageError("This erases the account and its rows for good. Say --yes when you are sure.");
    const path = resolve(io.cwd, positional("FILE") ?? "");
    const file = openNew(path);
    try {
      const erased = await operate("subject.erase", { account: positional("ACCOUNT") ?? "" });
      return { ...erased, lines: [...erased.lines, ...keepCertificate(file, path, erased.data)] };
    } catch (error) {
      rmSync(path, { force: true });
      throw error;
    } finally {
      closeSync(file);
    }
  },
};

export const subjectKeepCommand: Command = {
  name: "subject keep",
  summary: "Take back the deletion of an account whose grace is not over.",
  positionals: [ACCOUNT],
  options: {},
  run: ({ operate, positional }) => operate("subject.keep", { account: positional("ACCOUNT") ?? "" }),
};

export const subjectCheckCommand: Command = {
  name: "subject check",
  summary: "Check a certificate or an export with the public key of the trail alone.",
  positionals: [{ name: "FILE", required: true, summary: "the certificate of an erasure, or an export" }],
  options: { "public-key": { type: "string", metavar: "KEY", summary: "as `holdfast trail verify` on the server prints it" } },
  run: (call) => Promise.resolve().then(() => check(call)),
};

export const factorResetCommand: Command = {
  name: "factor reset",
  summary: "Remove the lost second factor of an account, after the delay of the plan.",
  positionals: [ACCOUNT],
  options: { yes: { type: "boolean", metavar: "", summary: "yes, you have made sure who asks" } },
  async run({ operate, positional, isSet }) {
    if (!isSet("yes"))
      throw new UsageError(
        "Whoever asks may be the thief of a password. Make sure who it is, by something that you knew before, then say --yes.",
      );
    return operate("factor.reset", { account: positional("ACCOUNT") ?? "" });
  },
};

export const factorKeepCommand: Command = {
  name: "factor keep",
  summary: "Stop the reset of a second factor that waits.",
  positionals: [ACCOUNT],
  options: {},
  run: ({ operate, positional }) => operate("factor.keep", { account: positional("ACCOUNT") ?? "" }),
};

/** Made before anything is erased: there is one certificate, and it must have a place. */
function openNew(path: string): number {
  try {
    return openSync(path, "wx", OWNER_ONLY);
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    throw new UsageError(`${path} cannot be made: it is there already, or its folder is not. Name a new file for the certificate.`);
  }
}

/** What cannot be written is printed: the account is erased, and nobody can make the certificate again. */
function keepCertificate(file: number, path: string, certificate: unknown): readonly string[] {
  try {
    writeSync(file, `${JSON.stringify(certificate, null, 2)}\n`);
    fsyncSync(file);
    return [`The certificate lies in ${path}. It names the account: keep it where only those see it who must.`];
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause)) throw cause;
    return [`The certificate could not be written to ${path}. Keep this line, it is the certificate:`, JSON.stringify(certificate)];
  }
}

/** Offline: a file and a key, and no server. */
function check({ positional, text, io }: Call): Reply {
  const path = resolve(io.cwd, positional("FILE") ?? "");
  const key = text("public-key");
  if (key === undefined)
    throw new UsageError("Give the trail's public key with --public-key; `holdfast trail verify` on the server prints it.");
  const content = read(path);
  const { kind, statement } = checkStatement(content, key);
  const altered = kind === "export" ? alteredParts(content, statement) : [];
  const data = { ok: altered.length === 0, kind, statement, altered };
  if (altered.length > 0)
    return reply(data, [`${path} is not what was exported. These parts were altered, or are missing: ${altered.join(", ")}.`], 1);
  const what =
    kind === "export"
      ? "Its manifest is signed by this key, and every part is as it was exported."
      : "It is signed by this key, and whole.";
  return reply(data, [`${path} is ${kind === "export" ? "an export" : "the certificate of an erasure"}.`, what]);
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new Fault("settings.invalid", `The file ${path} cannot be read.`, { cause });
  }
}

/** Parts that do not have the hash that the manifest says, in both directions. */
function alteredParts(content: string, statement: object): readonly string[] {
  const parts = recordOf(recordOf(JSON.parse(content))["parts"]);
  const { parts: listed } = recordOf(statement);
  const promised = new Map(
    (Array.isArray(listed) ? listed : []).map((entry: unknown) => [String(recordOf(entry)["name"]), recordOf(entry)["sha256"]]),
  );
  const hashOf = (part: unknown): string => Buffer.from(sha256(JSON.stringify(part))).toString("hex");
  const wrong = [...promised].filter(([name, hash]) => !Object.hasOwn(parts, name) || hashOf(parts[name]) !== hash).map(([name]) => name);
  return [...wrong, ...Object.keys(parts).filter((name) => !promised.has(name))];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
