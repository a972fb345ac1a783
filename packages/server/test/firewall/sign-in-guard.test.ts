import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFirewall, type Verdict } from "../../src/firewall/index.ts";
import { DELAY_MS_MAX, FAILURES, FIRST_DELAY_MS, FREE_FAILURES, SPRAY_DELAY_MS } from "../../src/firewall/sign-in-guard.ts";
import type { Rate } from "../../src/model/plan.ts";
import { createHandClock, HASH_KEY, planWith } from "./plan.ts";

function createRig(signInsPerIdentifier: Rate = { perMinute: 60_000, burst: 100_000 }) {
  const clock = createHandClock();
  const firewall = createFirewall({ clock, plan: planWith({ signInsPerIdentifier }), hashKey: HASH_KEY });
  const ask = (address: string, identifier: string): Verdict => firewall.judge({ stage: "identifier", address, identifier });
  const learn = (address: string, identifier: string, ok: boolean): void => firewall.learn({ kind: "signIn", address, identifier, ok });
  return {
    clock,
    ask,
    learn,
    /** As a client would: only what is not refused reaches the password. */
    fail(address: string, identifier: string): Verdict {
      const verdict = ask(address, identifier);
      if (verdict.act !== "refuse") learn(address, identifier, false);
      return verdict;
    },
  };
}

const many = <T>(count: number, one: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => one(n));
const addressOf = (n: number): string => `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;

test("Holdfast lets people mistype, then doubles their delay, then asks them to wait a minute", () => {
  const { clock, fail, ask } = createRig();
  const verdicts = many(FAILURES.perPlace.burst + 1, () => fail("192.0.2.1", "ana"));
  const delays = verdicts.map((verdict) => (verdict.act === "allow" ? 0 : (verdict.afterMs ?? Number.NaN)));
  assert.deepEqual(delays.slice(0, FREE_FAILURES + 1), [0, 0, 0, 0]);
  assert.deepEqual(
    delays.slice(FREE_FAILURES + 1, -1),
    [1, 2, 4, 8].map((factor) => factor * FIRST_DELAY_MS),
  );
  assert.deepEqual(verdicts.at(-1), { act: "refuse", rule: "failuresPerPlace", afterMs: 60_000, burst: FAILURES.perPlace.burst });
  clock.pass(60_000);
  assert.equal(ask("192.0.2.1", "ana").act, "delay");
  clock.pass(10 * 60_000);
  assert.equal(ask("192.0.2.1", "ana").act, "allow");
});

test("Holdfast asks nobody to wait longer for failures that came all at once", () => {
  const { ask, learn } = createRig();
  for (let n = 0; n < 1_000; n += 1) learn("192.0.2.1", "ana", false);
  assert.deepEqual(ask("192.0.2.1", "ana"), { act: "refuse", rule: "failuresPerPlace", afterMs: 60_000, burst: FAILURES.perPlace.burst });
  assert.deepEqual(ask("192.0.2.1", "ben"), {
    act: "refuse",
    rule: "failuresPerAddress",
    afterMs: 6_000,
    burst: FAILURES.perAddress.burst,
  });
});

test("Holdfast does not let an attacker's own success reset what was counted against the attacker or for the victim", () => {
  const { fail, ask, learn } = createRig();
  for (let n = 0; n < 20; n += 1) fail("192.0.2.66", "victim");
  for (let n = 0; n < 100; n += 1) learn("192.0.2.66", "mallory", true);
  assert.equal(ask("192.0.2.66", "victim").act, "refuse");
  for (let n = 0; n < 100; n += 1) fail("192.0.2.66", `somebody ${n}`);
  learn("192.0.2.66", "mallory", true);
  assert.deepEqual(ask("192.0.2.66", "somebody new"), {
    act: "refuse",
    rule: "failuresPerAddress",
    afterMs: 6_000,
    burst: FAILURES.perAddress.burst,
  });
});

test("Holdfast stops an address that tries one password on many names, but not those who signed in well from there", () => {
  const { fail, ask, learn } = createRig();
  learn("192.0.2.66", "colleague", true);
  for (let n = 0; n < 200; n += 1) fail("192.0.2.66", `name ${n}`);
  assert.equal(ask("192.0.2.66", "name 500").act, "refuse");
  assert.equal(ask("192.0.2.66", "colleague").act, "allow");
  assert.equal(ask("192.0.2.67", "name 500").act, "allow");
});

test("Holdfast delays a name that is tried from everywhere, never refuses it, and lets its owner in at once at a known place", () => {
  const { clock, fail, ask, learn } = createRig({ perMinute: 10, burst: 20 });
  learn("198.51.100.1", "victim", true);
  for (let n = 0; n < 5_000; n += 1) fail(addressOf(n), "victim");
  const fresh = ask("203.0.113.1", "victim");
  assert.equal(fresh.act, "delay");
  assert.ok(fresh.act === "delay" && (fresh.afterMs ?? 0) > 0 && (fresh.afterMs ?? 0) <= DELAY_MS_MAX);
  assert.equal(ask("198.51.100.1", "victim").act, "allow");
  // The delay ends soon after the attack, however long that was: 20 attempts of burst plus the longest delay.
  clock.pass(DELAY_MS_MAX + 20 * 6_000);
  assert.equal(ask("203.0.113.1", "victim").act, "allow");
});

test("Holdfast slows all strange places down while failures come from everywhere for everybody", () => {
  const { clock, ask, learn } = createRig();
  learn("198.51.100.1", "ana", true);
  for (let n = 0; n < 3_000; n += 1) learn(addressOf(n), `name ${n}`, false);
  assert.deepEqual(ask("203.0.113.1", "ben"), { act: "delay", rule: "failuresEverywhere", afterMs: SPRAY_DELAY_MS });
  assert.equal(ask("198.51.100.1", "ana").act, "allow");
  clock.pass(60_000);
  assert.equal(ask("203.0.113.1", "ben").act, "allow");
});

test("Holdfast gives strangers no way to lock anybody out, whatever they send from elsewhere", () => {
  const act = fc.record({
    from: fc.nat(50),
    name: fc.constantFrom("victim", "mallory", "x"),
    ok: fc.boolean(),
    passMs: fc.oneof(fc.constant(0), fc.nat(30_000)),
    times: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const { clock, fail, ask, learn } = createRig({ perMinute: 5, burst: 10 });
      learn("198.51.100.1", "victim", true);
      for (const { from, name, ok, passMs, times } of acts) {
        clock.pass(passMs);
        // Nobody but the victim knows the victim's password.
        if (ok && name !== "victim") learn(addressOf(from), name, true);
        else for (let n = 0; n < times; n += 1) fail(addressOf(from), name);
      }
      assert.deepEqual(ask("198.51.100.1", "victim"), { act: "allow" });
      const elsewhere = ask("203.0.113.1", "victim");
      assert.ok(elsewhere.act === "allow" || (elsewhere.act === "delay" && (elsewhere.afterMs ?? Number.NaN) <= DELAY_MS_MAX));
    }),
    { numRuns: 40 },
  );
});

test("Holdfast forgets a place from which nobody signed in for a month", () => {
  const { clock, fail, ask, learn } = createRig({ perMinute: 1, burst: 2 });
  learn("198.51.100.1", "ana", true);
  const attack = () => many(20, (n) => fail(addressOf(n), "ana"));
  clock.pass(29 * 86_400_000);
  attack();
  assert.equal(ask("198.51.100.1", "ana").act, "allow");
  clock.pass(2 * 86_400_000);
  attack();
  assert.equal(ask("198.51.100.1", "ana").act, "delay");
});

test("Holdfast knows a name by itself: its place is not another name's, nor another address's", () => {
  const { fail, ask } = createRig();
  for (let n = 0; n < 20; n += 1) fail("192.0.2.1", "ana");
  assert.equal(ask("192.0.2.1", "ana").act, "refuse");
  for (const [address, name] of [
    ["192.0.2.1", "an"],
    ["192.0.2.2", "ana"],
    ["192.0.2.1", "anaa"],
  ] as const) {
    assert.equal(ask(address, name).act, "allow", `${address} ${name}`);
  }
});
