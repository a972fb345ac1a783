import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const OUTPUT_BYTES_MAX = 4_194_304;
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*[A-Za-z]`, "g");

export function isInstalled(tool: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => folder !== "" && existsSync(join(folder, tool)));
}

/** Runs a scanner with `folder` as its home, and gives back all that it printed. It ends in time, or the scan has failed. */
export async function runTool(tool: string, args: readonly string[], folder: string, msMax: number): Promise<string> {
  // Nothing of ours goes to it: no proxy leads it off this machine, no settings change what it looks for.
  const env = { PATH: process.env["PATH"], HOME: folder, TMPDIR: folder, LC_ALL: "C.UTF-8" };
  return new Promise((resolve, reject) => {
    const child = spawn(tool, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    const told = (): string => printed.replaceAll(COLOURS, "");
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${tool} did not end within ${msMax} ms:\n${told()}`));
    }, msMax);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (piece: string) => {
        if (printed.length < OUTPUT_BYTES_MAX) printed += piece;
      });
    }
    child.on("error", reject);
    child.on("close", () => {
      clearTimeout(timer);
      resolve(told());
    });
  });
}
