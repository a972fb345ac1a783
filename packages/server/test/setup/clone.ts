import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

export const ROOT: string = resolve(import.meta.dirname, "../../../..");

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A folder like a fresh clone, with nothing installed: what set-up needs, and a program to run after it. */
export function createClone(): Disposable & { readonly root: string; readonly env: NodeJS.ProcessEnv } {
  const base = mkdtempSync(join(tmpdir(), "holdfast-clone-"));
  const root = join(base, "clone");
  for (const file of [
    "package.json",
    "package-lock.json",
    ".npmrc",
    "scripts",
    "bench/package.json",
    "examples/clinic/package.json",
    "packages/server/package.json",
    "packages/server/bin",
    "packages/waf/package.json",
    "packages/waf/bin",
  ]) {
    cpSync(join(ROOT, file), join(root, file), { recursive: true });
  }
  mkdirSync(join(root, "packages/server/src"));
  writeFileSync(
    join(root, "packages/server/src/main.ts"),
    "const major: number = Number(process.versions.node.split('.')[0]);\nconsole.log('main runs on', major, ...process.argv.slice(2));\n",
  );
  return {
    root,
    env: cleanEnvironment(base),
    [Symbol.dispose]() {
      rmSync(base, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** As a person's shell has it: nothing of the test runner's, and npm's own cache, so that the network is asked for little. */
function cleanEnvironment(base: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(npm_(lifecycle|package|command|execpath|node_execpath)|NODE_|HOLDFAST_)/i.test(name)) env[name] = value;
  }
  env["PATH"] = (env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .join(delimiter);
  return { ...env, npm_config_prefer_offline: "true", TMPDIR: base };
}

export function start(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): { readonly child: ChildProcess; readonly ended: Promise<Run> } {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let error = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    error += text;
  });
  const ended = new Promise<Run>((settle, reject) => {
    child.on("error", reject);
    child.on("close", (code) => settle({ code, out, error }));
  });
  return { child, ended };
}
