import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { networkOf } from "../../src/kit/index.ts";
import { createBounded } from "../../src/watch/bounded.ts";
import { webAttack } from "../../src/watch/detections/web-attack.ts";
import { DETECTIONS } from "../../src/watch/index.ts";
import { createLevels } from "../../src/watch/windows.ts";
import { openLookout } from "./lookout.ts";
import { MINUTE, refused, SECOND, START, signedIn, times } from "./vectors/vector.ts";
import { blocked } from "./vectors/web-attack.ts";

/** All of them in the slow run; as many as overflow every table ten times otherwise. */
const KEYS = process.env["HOLDFAST_SLOW"] === "1" ? 1_000_000 : 250_000;
/** All detections together; each holds some tens of thousands of keys at most. */
const KEYS_MAX = 250_000;
/** Fifty a second: more than a machine can hash passwords. */
const FLOOD_EVERY_MS = 20;
const GUESS_EVERY_MS = 20 * SECOND;
const GUESSES = 12;
const HEAP_BYTES_MAX = 160_000_000;

test("Holdfast holds a bounded number of keys under a flood of attackers, and still sees the one who matters", () => {
  const lookout = openLookout(DETECTIONS);
  const before = process.memoryUsage().heapUsed;
  const about = new Set<string>();
  const victim = 4_000_000_000;
  for (let n = 0; n < KEYS; n += 1) {
    const at = START + n * FLOOD_EVERY_MS;
    const from = `2001:db8:${(n >> 8).toString(16)}:${(n & 255).toString(16)}::1`;
    // Each comes once, each with a name of its own, and every second name has an account.
    const event = refused({ at, from, name: n, ...(n % 2 === 0 ? { account: n } : {}) });
    for (const { detection, sighting } of lookout.see([event])) about.add(`${detection.name} ${sighting.subject}`);
    // In the middle of the flood somebody works on one account, patiently.
    const since = at - START - (KEYS / 2) * FLOOD_EVERY_MS;
    if (since < 0 || since > GUESSES * GUESS_EVERY_MS || since % GUESS_EVERY_MS !== 0) continue;
    const guess = refused({ at, from: "203.0.113.1", account: victim, name: victim });
    for (const { detection, sighting } of lookout.see([guess])) about.add(`${detection.name} ${sighting.subject}`);
  }
  assert.ok(lookout.keys < KEYS_MAX, `${lookout.keys} keys`);
  assert.ok(process.memoryUsage().heapUsed - before < HEAP_BYTES_MAX, "the heap does not grow with the keys");
  assert.deepEqual([...about].map((alert) => alert.split(" ")[0]).toSorted(), ["guessing", "stuffing"]);
});

test("Holdfast holds a bounded number of keys while every network of a botnet sends one attack, and still sees the one that goes on", () => {
  const lookout = openLookout([webAttack]);
  const before = process.memoryUsage().heapUsed;
  const about = new Set<string>();
  for (let n = 0; n < KEYS; n += 1) {
    const at = START + n * FLOOD_EVERY_MS;
    const flood = blocked({ at, from: `2001:db8:${(n >> 8).toString(16)}:${(n & 255).toString(16)}::1`, rule: String(n) });
    // In the middle of the flood somebody tries one thing after another, and signs in.
    const tried = n - KEYS / 2;
    const isTrying = tried >= 0 && tried < GUESSES * 100 && tried % 100 === 0;
    const theirs = isTrying ? [blocked({ at, from: "203.0.113.1", rule: String(tried) })] : [];
    const entry = tried === GUESSES * 100 ? [signedIn(at, "203.0.113.1", 1)] : [];
    for (const { sighting } of lookout.see([flood, ...theirs, ...entry])) about.add(`${sighting.subject} ${sighting.severity ?? "medium"}`);
  }
  assert.ok(lookout.keys <= 16_384 + 4_096 + 4_096, `${lookout.keys} keys`);
  assert.ok(process.memoryUsage().heapUsed - before < HEAP_BYTES_MAX, "the heap does not grow with the keys");
  assert.deepEqual([...about], ["203.0.113.1 medium", "203.0.113.1 high"]);
});

test("Holdfast forgets those that weigh least, whatever comes in between", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 2_000 }), (flood) => {
      const levels = createLevels({ fadeMs: 1_000_000, keysMax: 100 });
      for (const heavy of ["a", "b", "c"]) for (let n = 0; n < 5; n += 1) levels.add(heavy, 0);
      for (const key of new Set(flood)) levels.add(`flood ${key}`, 1);
      assert.ok(levels.keys <= 100);
      for (const heavy of ["a", "b", "c"]) assert.ok(levels.add(heavy, 2) > 5);
    }),
  );
});

test("Holdfast never holds more keys than it says", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string(), fc.integer({ min: -5, max: 5 })), { maxLength: 500 }), (entries) => {
      const bounded = createBounded<number>({ keysMax: 16, weight: (value) => value });
      for (const [key, value] of entries) {
        bounded.set(key, value, 0);
        assert.ok(bounded.size <= 16);
        assert.equal(bounded.get(key), value, "what came last is there");
      }
    }),
  );
});

test("Holdfast lets levels fade", () => {
  const levels = createLevels({ fadeMs: MINUTE });
  for (const at of times(10, (n) => n * SECOND)) levels.add("a", at);
  assert.ok(levels.add("a", 5 * MINUTE) < 7);
  assert.equal(levels.add("a", 60 * MINUTE), 1);
});

for (const [address, network] of [
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
] as const) {
  test(`Holdfast counts ${address} as ${network}`, () => assert.equal(networkOf(address), network));
}
