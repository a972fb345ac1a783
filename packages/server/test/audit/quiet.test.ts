import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Facts } from "../../src/audit/contract.ts";
import { runChecks } from "../../src/audit/run-checks.ts";
import { excluded } from "./fixture-tools.ts";
import { factsOf, openHouse, type TestHouse } from "./house.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Facts that look bad and are not: what a check may cry about must be something that somebody can mend. */
describe("Holdfast, auditing a house that is well, says nothing of", () => {
  let house: TestHouse;
  let facts: Facts;
  before(async () => {
    house = await openHouse();
    facts = await factsOf(house);
  });
  after(() => house[Symbol.asyncDispose]());

  type Change = (now: number) => Partial<{ readonly [N in keyof Facts]: Partial<Facts[N]> }>;
  const quiet: readonly { readonly what: string; readonly change: Change }[] = [
    {
      what: "a backup, a drill and advisories of before the weekend, within the first hour after a start",
      change: (now) => ({
        house: { firstStartAt: now - 90 * DAY_MS, startedAt: now - HOUR_MS / 2 },
        backups: { lastMadeAt: now - 20 * DAY_MS, drill: { at: now - 20 * DAY_MS, ok: true, said: { en: "", ko: "" } } },
        supply: { advisories: { at: now - 20 * DAY_MS, ok: true, said: { en: "", ko: "" } } },
        history: { lastRunAt: now - 20 * DAY_MS },
        keys: { kitConfirmed: true },
        places: { recoveryKitBesideRoot: false },
        accounts: { operators: [{ withFactor: true, lastSignInAt: now, createdAt: now - DAY_MS }] },
      }),
    },
    { what: "a laptop that slept", change: (now) => ({ trail: { clockJumps: [{ at: now - HOUR_MS, byMs: 8 * HOUR_MS }] } }) },
    { what: "a clock that was wrong a week ago", change: (now) => ({ trail: { clockJumps: [{ at: now - 7 * DAY_MS, byMs: -HOUR_MS }] } }) },
    {
      what: "a key that is revoked, and one that has ended",
      change: (now) => ({ accounts: { secretKeys: [key(now, now), key(null, now - 1)] } }),
    },
    { what: "a waiver that still holds", change: (now) => ({ history: { waivers: [{ ...waiver, expiresAt: now + DAY_MS }] } }) },
    { what: "a failed backup that was made up for", change: (now) => ({ backups: { lastFailedAt: now - 2, lastMadeAt: now - 1 } }) },
    {
      what: "a certificate of three weeks, an RSA key of 2048 bits",
      change: (now) => ({ certificate: { notAfter: now + 21 * DAY_MS, keyKind: "rsa", keyBits: 2_048 } }),
    },
    {
      what: "an exclusion from the firewall's rules that lasts, and that nobody met on a server which was just started",
      change: (now) => ({
        plan: { firewall: { ...facts.plan.firewall, exclusions: [{ ...excluded, expiresAt: now + 15 * DAY_MS }] } },
        house: { startedAt: now - DAY_MS, exclusionsMet: [false] },
      }),
    },
    {
      what: "one that is of use",
      change: (now) => ({
        plan: { firewall: { ...facts.plan.firewall, exclusions: [{ ...excluded, expiresAt: now + 15 * DAY_MS }] } },
        house: { startedAt: now - 15 * DAY_MS, exclusionsMet: [true] },
      }),
    },
    {
      what: "proxies that are named exactly",
      change: () => ({ plan: { networks: { allow: [], deny: [], trustedProxies: ["10.1.2.3/32", "2001:db8::1"] } } }),
    },
  ];
  for (const { what, change } of quiet) {
    test(what, () => {
      const changed = Object.entries(change(facts.now)).map(([name, part]) => {
        const fact: unknown = Reflect.get(facts, name);
        return [name, { value: Object.assign({}, fact, part) }] as const;
      });
      const found = runChecks(Object.create(facts, Object.fromEntries(changed)), []);
      const wrong = found.filter(({ status }) => status === "fail" || status === "error");
      assert.deepEqual(wrong.map(({ check, measured }) => `${check} ${measured.en}`), []); // biome-ignore format: one line
    });
  }
});

const waiver = { id: "w", check: "HF-AZ-002", fingerprint: null, reason: "r", owner: "o", approvedBy: "o", createdAt: 0, endedAt: null };

function key(revokedAt: number | null, expiresAt: number) {
  return { id: "k", scopes: ["accounts:write"], networks: [], createdAt: 0, expiresAt, revokedAt };
}
