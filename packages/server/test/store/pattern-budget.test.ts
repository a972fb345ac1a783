import assert from "node:assert/strict";
import { test } from "node:test";
import { isFault } from "../../src/kit/index.ts";
import { registerPatterns } from "../../src/store/sqlite/pattern.ts";

/** The functions as a connection would get them, with a clock that a call to it moves by `callMs`. */
function patterns(callMs: number): (pattern: string, text: string) => unknown {
  const functions = new Map<string, (pattern: unknown, text: unknown) => unknown>();
  let nowMs = 0;
  registerPatterns(
    { function: (name, _options, run) => void functions.set(name, run) },
    {
      elapsed: () => {
        nowMs += callMs;
        return nowMs;
      },
    },
  );
  return (pattern, text) => functions.get("re2")?.(pattern, text);
}

const tooCostly = (error: unknown): boolean => isFault(error, "data.unindexed");

test("Holdfast stops a statement that spends too long in patterns, and begins anew with the next", async () => {
  const match = patterns(60);
  assert.equal(match("^a", "abc"), 1);
  assert.equal(match("^b", "abc"), 0);
  assert.throws(() => match("^a", "abc"), tooCostly);
  await Promise.resolve();
  assert.equal(match("^a", "abc"), 1);
});

test("Holdfast does not look at one value with a pattern that is too large for it", () => {
  const match = patterns(0);
  const pattern = "(a?){500}a{500}$";
  assert.equal(match(pattern, "a".repeat(50)), 0);
  assert.throws(() => match(pattern, "a".repeat(20_000)), tooCostly);
});
