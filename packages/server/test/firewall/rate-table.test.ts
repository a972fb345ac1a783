import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createKeyHasher, type KeyHash } from "../../src/firewall/half-siphash.ts";
import { COLUMNS, createRateTable } from "../../src/firewall/rate-table.ts";
import type { Rate } from "../../src/model/plan.ts";
import { HASH_KEY } from "./plan.ts";

const hash = createKeyHasher(HASH_KEY);
const keyOf = (n: number): KeyHash => hash(Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255));

/**
 * The slow model: one exact token bucket for each key, in whole 60,000ths of a token, so that nothing is rounded.
 * A bucket of `burst` tokens that refills perMinute a minute gains perMinute units a millisecond.
 */
function createModel({ perMinute, burst }: Rate) {
  const UNITS = 60_000;
  const buckets = new Map<number, { units: number; at: number }>();
  const refill = (key: number, now: number): number => {
    const bucket = buckets.get(key) ?? { units: burst * UNITS, at: now };
    return Math.min(burst * UNITS, bucket.units + (now - bucket.at) * perMinute);
  };
  return {
    ask(key: number, now: number): boolean {
      const units = refill(key, now);
      if (units < UNITS) return false;
      buckets.set(key, { units: units - UNITS, at: now });
      return true;
    },
    waitMs: (key: number, now: number): number => Math.max(0, (UNITS - refill(key, now)) / perMinute),
    left: (key: number, now: number): number => Math.floor(refill(key, now) / UNITS),
  };
}

const rates = fc.record({ perMinute: fc.integer({ min: 1, max: 6_000 }), burst: fc.integer({ min: 1, max: 40 }) });
const visits = (keys: number) =>
  fc.array(fc.record({ key: fc.nat(keys - 1), passMs: fc.oneof(fc.constant(0), fc.nat(50), fc.nat(20_000)) }), { maxLength: 200 });

test("Holdfast limits exactly as a token bucket for each key would", () => {
  fc.assert(
    fc.property(rates, visits(4), (rate, list) => {
      const table = createRateTable(rate);
      const model = createModel(rate);
      let now = 5;
      for (const { key, passMs } of list) {
        now += passMs;
        const waitMs = table.waitMs(keyOf(key), now);
        assert.ok(Math.abs(waitMs - model.waitMs(key, now)) < 1e-3, `waits ${waitMs}, not ${model.waitMs(key, now)}`);
        assert.equal(Math.floor(rate.burst - table.level(keyOf(key), now) + 1e-6), model.left(key, now));
        assert.equal(waitMs === 0, model.ask(key, now));
        if (waitMs === 0) table.take(keyOf(key), now);
      }
    }),
    { numRuns: 400 },
  );
});

test("Holdfast never gives a key more than its limit, also where keys share cells", () => {
  // Few cells, slow rates and hardly any time: a cell that one key lowered would be another's gain at once.
  const slow = fc.record({ perMinute: fc.constantFrom(1, 6, 60), burst: fc.integer({ min: 1, max: 5 }) });
  const crowd = fc.array(fc.record({ key: fc.nat(15), passMs: fc.constantFrom(0, 0, 0, 0, 1_000) }), { minLength: 100, maxLength: 200 });
  fc.assert(
    fc.property(slow, fc.constantFrom(8, 16, 64), fc.nat(10_000), crowd, (rate, columns, offset, list) => {
      const table = createRateTable(rate, columns);
      const model = createModel(rate);
      let now = 5;
      for (const { key, passMs } of list) {
        now += passMs;
        if (table.waitMs(keyOf(offset + key), now) !== 0) continue;
        assert.ok(model.ask(key, now));
        table.take(keyOf(offset + key), now);
      }
    }),
    { numRuns: 400 },
  );
});

test("Holdfast remembers who is at the limit while a million other addresses come by", () => {
  const table = createRateTable({ perMinute: 1, burst: 3 });
  const victim = keyOf(0xffffffff);
  for (let n = 0; n < 3; n += 1) table.take(victim, 0);
  for (let n = 0; n < 1_000_000; n += 1) table.take(keyOf(n), 0);
  assert.ok(table.waitMs(victim, 0) > 59_999);
});

test("Holdfast lets strangers pass while an eighth as many senders as a row has cells are kept at their limit", () => {
  const rate = { perMinute: 10, burst: 10 };
  const table = createRateTable(rate);
  const attackers = COLUMNS / 8;
  for (let n = 0; n < attackers; n += 1) for (let taken = 0; taken < rate.burst; taken += 1) table.take(keyOf(n), 0);
  let refused = 0;
  const strangers = 20_000;
  for (let n = 0; n < strangers; n += 1) if (table.waitMs(keyOf(0x80000000 + n), 0) !== 0) refused += 1;
  // (1 − e^(−1/8))⁴ is 0.02 % of them.
  assert.ok(refused <= strangers * 0.001, `${refused} of ${strangers} were refused`);
});

test("Holdfast refuses while the clock says nothing, or a rate is no rate", () => {
  const table = createRateTable({ perMinute: 60, burst: 5 });
  assert.notEqual(table.waitMs(keyOf(1), Number.NaN), 0);
  for (const rate of [
    { perMinute: 0, burst: 5 },
    { perMinute: 60, burst: 0 },
    { perMinute: Number.NaN, burst: 5 },
  ]) {
    assert.notEqual(createRateTable(rate).waitMs(keyOf(1), 1_000), 0);
  }
});
