import assert from "node:assert/strict";
import { test } from "node:test";
import { type Event, personal } from "../../src/kit/index.ts";
import { CALLERS_MAX, createCallers, SAME_PER_CALLER_MAX, SUMS_MAX } from "../../src/trail/callers.ts";

const clock = { now: () => 0, elapsed: () => 0 };
const refused = (address: string): Event => ({
  kind: "request.refused",
  at: 0,
  rule: "r",
  route: "x",
  status: 429,
  address: personal(address, null),
});

test("Holdfast tells so many callers apart, and takes those who come after them for one", () => {
  const callers = createCallers(clock);
  for (let n = 0; n < CALLERS_MAX + SAME_PER_CALLER_MAX; n += 1) assert.equal(callers.take(refused(`caller ${n}`)), "kept");
  assert.deepEqual([callers.take(refused("caller 0")), callers.take(refused("one more"))], ["kept", "summed"]);
});

test("Holdfast holds so many sums, and goes on adding to those that it holds", () => {
  const callers = createCallers(clock);
  const flood = (address: string) => Array.from({ length: SAME_PER_CALLER_MAX + 1 }, () => callers.take(refused(address))).at(-1);
  for (let n = 0; n < SUMS_MAX; n += 1) assert.equal(flood(`caller ${n}`), "summed");
  assert.deepEqual([flood("one more"), callers.take(refused("caller 0"))], ["shed", "summed"]);
  assert.equal(callers.end().length, SUMS_MAX);
});

test("Holdfast sums nothing that happens inside the house", () => {
  const callers = createCallers(clock);
  for (let n = 0; n < 1_000; n += 1) assert.equal(callers.take({ kind: "backup.failed", at: 0, because: "no disk" }), "kept");
});
