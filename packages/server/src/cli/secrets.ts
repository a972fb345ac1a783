import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Fault } from "../kit/index.ts";
import { parseRootReference } from "../vault/index.ts";
import { type Call, UsageError } from "./command.ts";
import type { RootText } from "./contract.ts";

const SECRET_BYTES_MAX = 65_536;

/**
 * A secret from a file, from standard input ("-") or from the terminal: never from an argument, which every user of the machine
 * can read. Where there is no terminal, the sentence names the flag that answers.
 */
export async function readSecret({ io, text }: Call, option: string, question: string): Promise<string> {
  const from = text(option);
  if (from === "-") return bounded(await io.readStdin());
  if (from !== undefined) return readSecretFile(resolve(io.cwd, from));
  if (io.isTty.stdin) return io.askSecret(`${question}: `);
  throw new UsageError(`There is no terminal to ask at. Give a file with --${option} FILE, or --${option} - for standard input.`);
}

/** The text of a root, where it does not lie in a file that the server reaches by itself. */
export async function readRootText({ io }: Call, reference: string): Promise<RootText | undefined> {
  const parsed = parseRootReference(reference);
  if (parsed.kind === "file") return undefined;
  if (parsed.kind === "env") {
    const text = io.env[parsed.name];
    if (text === undefined || text === "") throw new UsageError(`The variable ${parsed.name} is not set. Set it, then run this again.`);
    return { reference, text };
  }
  const text = io.isTty.stdin
    ? await io.askSecret("New passphrase of the root key: ")
    : bounded(await io.readStdin()).replace(/\r?\n$/, "");
  return { reference, text };
}

function readSecretFile(path: string): string {
  try {
    return bounded(readFileSync(path, "utf8"));
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault("settings.invalid", `The file ${path} cannot be read.`, { cause });
  }
}

function bounded(text: string): string {
  if (text.length > SECRET_BYTES_MAX) throw new Fault("settings.invalid", "That is far too long to be a key.");
  return text;
}
