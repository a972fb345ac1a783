import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WALK = fileURLToPath(import.meta.resolve("./verify-walk.ts"));

// The browser's driver makes code from strings, which our own processes forbid: it runs in a process of its own.
test("Holdfast leads from a letter to a page that asks, in a real browser", (t) => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const walk = spawnSync(process.execPath, ["--test", "--test-reporter=tap", WALK], { env, encoding: "utf8" });
  const missing = /# SKIP (not run: .*)/.exec(walk.stdout)?.[1];
  if (missing !== undefined) return t.skip(missing);
  assert.equal(walk.status, 0, walk.stdout + walk.stderr);
});
