import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRequestRules, type RulesLook } from "../src/wiring/request-rules.ts";
import { rulesLine, rulesState } from "../src/wiring/rules-line.ts";

type Firewall = Parameters<typeof rulesState>[0]["firewall"];

const ignore = (): void => undefined;
const PLAN: Firewall = { mode: "on", paranoia: 1, rules: undefined, setup: undefined, exclusions: [] };
const OWN = "100::1";
const asked = (target: string, address = "203.0.113.1") =>
  ({ method: "GET", target, host: "localhost", headers: new Map(), address, values: "free" }) as const;
const SCRIPT = "/x?q=%3Cscript%3Ealert(1)%3C/script%3E";

function rulesOf(firewall: Firewall) {
  const newId = (): Uint8Array => crypto.getRandomValues(new Uint8Array(16));
  const needs = { plan: { firewall }, clock: { now: Date.now }, vault: { newId }, isOwn: (address: string) => address === OWN };
  return createRequestRules(needs as never);
}

describe("Holdfast, saying how the firewall's rules fare,", () => {
  test("counts what they block, and nothing of its own looks at itself", async () => {
    const rules = rulesOf(PLAN);
    assert.deepEqual(rules.look(), { rules: undefined, blocked: 0, letThrough: 0, exclusionsMet: [] });
    const inspection = await rules.inspection();
    for (const address of ["203.0.113.1", OWN]) assert.equal(inspection.inspect(asked(SCRIPT, address), ignore)?.act, "block");
    let steps = 0;
    const spent = (more: number): void => {
      steps += more;
    };
    assert.equal(inspection.inspect(asked("/x?q=what+is+a+table%3F"), spent), undefined);
    assert.ok(steps > 0, "and tells what its looks cost");
    const { rules: count, blocked, letThrough } = rules.look();
    assert.ok(count !== undefined && count > 10);
    assert.deepEqual([blocked, letThrough], [1, 0]);
  });

  test("counts what they would have blocked, and knows which exclusion was of use", async () => {
    const excluded = { target: undefined, reason: "a course", owner: "Kim", expiresAt: Date.now() + 86_400_000 };
    const exclusions = [
      { ...excluded, rules: "tag:attack-xss", route: "/course/**" },
      { ...excluded, rules: "tag:attack-xss", route: "/elsewhere" },
    ];
    const rules = rulesOf({ ...PLAN, mode: "detection-only", exclusions });
    const inspection = await rules.inspection();
    assert.equal(inspection.inspect(asked(SCRIPT), ignore)?.act, "let through");
    assert.equal(inspection.inspect(asked(`/course${SCRIPT}`), ignore), undefined);
    const { blocked, letThrough, exclusionsMet } = rules.look();
    assert.deepEqual([blocked, letThrough, exclusionsMet], [0, 1, [true, false]]);
  });

  const look: RulesLook = { rules: 70, blocked: 3, letThrough: 4, exclusionsMet: [] };
  for (const [plan, seen, line] of [
    [{}, look, "on: 70 rules at paranoia 1, the built-in ones; 3 requests blocked"],
    [
      { paranoia: 2, rules: "file:///crs" },
      look,
      "on: 70 rules at paranoia 2, the built-in ones and those of the config; 3 requests blocked",
    ],
    [{}, { ...look, rules: undefined, blocked: 0 }, "on: rules at paranoia 1, the built-in ones; 0 requests blocked"],
    [{ mode: "detection-only" }, look, "ONLY LOOKING ON: 70 rules at paranoia 1, the built-in ones; 4 requests let through"],
    [{ mode: "off" }, look, 'off: no rule looks at requests (firewall.mode is "off" in the config)'],
  ] as const) {
    test(`says: ${line}`, () => assert.equal(rulesLine(rulesState({ firewall: { ...PLAN, ...plan } }, seen)), line));
  }
});
