// Runs every checker twice: on a small planted tree, whose violations it must find, and on the house. One line each.
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (path) => join(root, "node_modules", path);

/** `finds`: words that the checker says of the planted tree. */
const CHECKERS = [
  { name: "types", args: [bin("typescript/bin/tsc"), "--noEmit"], finds: ["TS2322"] },
  { name: "biome", args: [bin("@biomejs/biome/bin/biome"), "ci", "--colors=off"], finds: ["noExplicitAny"] },
  {
    name: "oxlint",
    args: [bin("oxlint/bin/oxlint"), "--type-aware", "packages"],
    finds: ["no-floating-promises", "switch-exhaustiveness-check"],
  },
  { name: "knip", args: [bin("knip/bin/knip.js"), "--no-progress"], finds: ["nobodyAsks"] },
];

const planted = plantTree();
try {
  const results = await Promise.all(CHECKERS.map(check));
  process.exitCode = results.every((isClean) => isClean) ? 0 : 1;
} finally {
  rmSync(planted, { recursive: true, force: true });
}

async function check({ name, args, finds }) {
  const [trial, real] = await Promise.all([run(args, planted), run(args, root)]);
  const missed = finds.filter((word) => !trial.text.includes(word));
  if (trial.code === 0 || missed.length > 0) {
    console.log(`${name}: BLIND, it does not find what is planted (${missed.join(", ") || "exit code 0"})\n${trial.text}`);
    return false;
  }
  if (real.code !== 0) {
    console.log(`${name}: found\n${real.text}`);
    return false;
  }
  console.log(`${name}: clean (and finds what is planted: ${finds.join(", ")})`);
  return true;
}

function run(args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, text }));
  });
}

/** Outside the house, so that no exclusion of ours hides it, and under the house's own settings. */
function plantTree() {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-planted-"));
  for (const file of [
    "package.json",
    "tsconfig.json",
    "biome.json",
    ".oxlintrc.json",
    "knip.json",
    ".gitignore",
    "packages/server/package.json",
  ]) {
    cpSync(join(root, file), join(folder, file));
  }
  cpSync(join(root, "scripts/planted"), folder, { recursive: true });
  writeFileSync(join(folder, "knip.json"), onlyServer(readFileSync(join(root, "knip.json"), "utf8")));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  return folder;
}

/** knip refuses settings of workspaces that are not there. */
function onlyServer(settings) {
  const parsed = JSON.parse(settings);
  return JSON.stringify({ ...parsed, workspaces: { "packages/server": parsed.workspaces["packages/server"] } });
}
