import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROUNDS = 12;
const STEP_MS = 90;
const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../cli/testdata/holdfast.config.ts", import.meta.url));
const FLAGS = ["--disallow-code-generation-from-strings", "--disable-proto=delete"];

test("Holdfast loses nothing when it is killed while it replaces the page key, and ends the work at the next start", {
  skip: process.env["HOLDFAST_SLOW"] === undefined ? "slow: set HOLDFAST_SLOW" : false,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-page-kill-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, "data");
  const env = { PATH: process.env["PATH"], HOLDFAST_CONFIG: CONFIG, HOLDFAST_DATA: data, XDG_CONFIG_HOME: join(folder, "keys") };
  const run = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)(process.execPath, [...FLAGS, MAIN, ...args], { env })).stdout;
  const keys: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const made = JSON.parse(await run("keys", "create", "--scope", "notes:read", "--json")) as { id: string };
    keys.push(made.id);
    const child = spawn(process.execPath, [...FLAGS, MAIN, "keys", "rotate-page"], { env, stdio: "ignore" });
    const gone = new Promise((resolve) => child.once("exit", resolve));
    await wait(300 + round * STEP_MS);
    child.kill("SIGKILL");
    await gone;
    const listed = await run("keys", "list");
    for (const id of keys) assert.ok(listed.includes(id), `round ${round}: ${id}`);
    assert.match(await run("trail", "verify"), /The trail is whole/);
    const databases = (await readdir(data)).filter((name) => /^data-\d+\.db$/.test(name));
    assert.equal(databases.length, 1, `round ${round}: ${databases.join(" ")}`);
  }
  const state = JSON.parse(await run("keys", "rotate-page", "--json")) as { waiting: boolean };
  assert.equal(state.waiting, false);
});
