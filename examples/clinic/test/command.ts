import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(import.meta.resolve("../../../packages/server/src/main.ts"));
export const CONFIG = fileURLToPath(import.meta.resolve("../holdfast.config.ts"));
/** As scripts/run.mjs starts the server. */
export const FLAGS = ["--disallow-code-generation-from-strings", "--disable-proto=delete"];

/** What to spawn for a command of the CLI. */
export function commandLine(args: readonly string[]): string[] {
  return [...FLAGS, MAIN, ...args];
}

/** Runs a command of the CLI and reads its JSON. */
export function command(env: Readonly<Record<string, string>>, args: readonly string[]): unknown {
  const given = { ...process.env, HOLDFAST_CONFIG: CONFIG, ...env };
  return JSON.parse(execFileSync(process.execPath, commandLine([...args, "--json"]), { env: given, encoding: "utf8" }));
}
