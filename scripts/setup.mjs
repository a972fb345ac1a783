// Makes node_modules what package-lock.json says: one installer at a time, and again when an earlier one was killed half way.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { forwardSignals } from "../packages/server/bin/runtime.mjs";
import { takeLock } from "./setup-lock.mjs";

const POLL_MS = 300;
const INSTALL = ["ci", "--ignore-scripts", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
/** npm tells its scripts about the script they are in; an npm inside must not read that as its own settings. */
const LIFECYCLE_VARIABLE = /^npm_(lifecycle|package|command)/i;

/** Resolves when the tree is whole. Needs no network and writes nothing where it already is. */
export async function setUp(root) {
  let said = false;
  for (;;) {
    if (!existsSync(join(root, ".setup.lock")) && isReady(root)) return;
    const lock = takeLock(root);
    if (lock) {
      try {
        if (!isReady(root)) await install(root, lock);
      } finally {
        lock.release();
      }
      if (!isReady(root))
        throw new Error("npm ci ended well, but node_modules is not what package-lock.json says. Remove node_modules and try again.");
      return;
    }
    if (!said) console.error("Another set-up is running in this folder; waiting for it.");
    said = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Compares what npm says it installed with what the lockfile wants, whoever installed it. A package may be missing only where
 * npm itself may leave it out (another platform's), and each that is named must be there on disk.
 */
export function isReady(root) {
  const wanted = readPackages(join(root, "package-lock.json"));
  const found = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (wanted === undefined) throw new Error("package-lock.json is missing or is not JSON.");
  if (found === undefined) return false;
  return Object.entries(wanted).every(([path, want]) => {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) return true;
    const have = found[path];
    if (have === undefined) return mayBeAbsent(want);
    const same = have.version === want.version && have.integrity === want.integrity && Boolean(have.link) === Boolean(want.link);
    return same && existsSync(join(root, path, "package.json"));
  });
}

/** Optional packages are left out for another platform only: one for this platform that is missing was omitted by somebody. */
function mayBeAbsent(want) {
  if (want.peer) return true;
  if (!want.optional && !want.devOptional) return false;
  const isOurs = allows(want.os, process.platform) && allows(want.cpu, process.arch);
  return !(isOurs && (want.os || want.cpu) && !want.libc);
}

function allows(list, value) {
  if (list === undefined) return true;
  const entries = [list].flat();
  return entries.includes(value) || (entries.every((entry) => entry.startsWith("!")) && !entries.includes(`!${value}`));
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch (error) {
    if (error.code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function install(root, lock) {
  console.error("Setting up (npm ci) …");
  // npm writes this marker last. Gone before the first byte changes, a killed install can never look like a whole one.
  rmSync(join(root, "node_modules", ".package-lock.json"), { force: true });
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !LIFECYCLE_VARIABLE.test(name)));
  const npm = npmCommand();
  // The output goes to stderr: stdout belongs to what is started afterwards.
  const child = spawn(npm.command, [...npm.args, ...INSTALL], { cwd: root, env, shell: npm.shell, stdio: ["ignore", 2, 2] });
  forwardSignals(child);
  await new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new Error(`npm could not be started: ${error.message}`)));
    child.on("spawn", () => lock.alsoHeldBy(child.pid));
    child.on("exit", (code, signal) => (code === 0 ? resolve() : reject(new Error(`Set-up failed: npm ci ended with ${signal ?? code}.`))));
  });
  hidePinnedNode(root);
}

/** npm puts it first on the path of every script: "node" would then be the pinned one before anybody has checked its bytes. */
function hidePinnedNode(root) {
  for (const file of ["node", "node.cmd", "node.ps1"]) rmSync(join(root, "node_modules", ".bin", file), { force: true });
}

/** The npm that started us, by the Node that runs it: the one inside node_modules is about to be replaced. */
function npmCommand() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (script && basename(script) === "npm-cli.js" && existsSync(script))
    return { command: node ?? process.execPath, args: [script], shell: false };
  return { command: "npm", args: [], shell: process.platform === "win32" };
}
