import assert from "node:assert/strict";
import { test } from "node:test";
import { planFrom } from "../../src/model/index.ts";
import { app, type Mistake, testMistakes } from "./mistakes.ts";

const EXCLUSION = { rules: "tag:attack-sqli", route: "/docs/**", reason: "a handbook of SQL", owner: "Kim", expires: "2027-01-31" };

function exclusionIs(more: Readonly<Record<string, unknown>>): unknown {
  return app({ firewall: { exclusions: [{ ...EXCLUSION, ...more }] } });
}

const MISTAKES: readonly Mistake[] = [
  ["a firewall that half looks", app({ firewall: { mode: "maybe" } }), "firewall.mode", /"on", "detection-only", "off"/],
  ["a level of paranoia that no rule has", app({ firewall: { paranoia: 5 } }), "firewall.paranoia", /from 1 to 4/],
  ["rules at a place that depends on where one stands", app({ firewall: { rules: "./crs" } }), "firewall.rules", /import\.meta\.resolve/],
  ["a set-up without rules", app({ firewall: { setup: "file:///crs.conf" } }), "firewall.setup", /folder of its rules/],
  ["an exclusion that nobody answers for", exclusionIs({ owner: undefined }), "firewall.exclusions[0].owner", /who answers for it/],
  ["an exclusion that never ends", exclusionIs({ expires: undefined }), "firewall.exclusions[0].expires", /on which it ends/],
  ["an exclusion of rules that cannot be told", exclusionIs({ rules: "all" }), "firewall.exclusions[0].rules", /an id, a range or a tag/],
  ["an exclusion at a route that cannot be read", exclusionIs({ route: "docs" }), "firewall.exclusions[0].route", /a route/],
];

testMistakes(MISTAKES);

test("Holdfast takes what a config says of the firewall's rules", () => {
  const said = { mode: "detection-only", paranoia: 2, rules: "file:///srv/crs/rules", setup: "file:///srv/crs/setup.conf" };
  const plan = planFrom(app({ firewall: { ...said, exclusions: [EXCLUSION] } }));
  const { expires, ...rest } = EXCLUSION;
  assert.deepEqual(plan.firewall, { ...said, exclusions: [{ ...rest, target: undefined, expiresAt: Date.parse(expires) }] });
});
