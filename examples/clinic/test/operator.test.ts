import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WALK = fileURLToPath(import.meta.resolve("./operator-walk.ts"));

// As page.test.ts: the browser's driver makes code from strings, which our own processes forbid.
test("Holdfast shows operators its state in a real browser, in both languages", (t) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const walk = spawnSync(process.execPath, ["--test", "--test-reporter=tap", WALK], { env, encoding: "utf8" });
  const missing = /# SKIP (not run: .*)/.exec(walk.stdout)?.[1];
  if (missing !== undefined) return t.skip(missing);
  assert.equal(walk.status, 0, walk.stdout + walk.stderr);
});
