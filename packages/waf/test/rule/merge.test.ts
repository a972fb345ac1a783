import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULT_SETTINGS, marker, mergeRules, rule, ruleSet } from "../../src/rule/index.ts";
import { load, rulesOf } from "../seclang/names.ts";

describe("The firewall puts rules together:", () => {
  test("rules of TypeScript as a set, with settings", () => {
    const set = ruleSet([rule({ id: 1, phase: 1, skipAfter: "END" }), marker("END")], { engine: "detection-only" });
    assert.deepEqual(set.settings, { ...DEFAULT_SETTINGS, engine: "detection-only" });
    assert.equal(set.items.length, 2);
    assert.throws(() => set.readData("a.data", { file: "x", line: 3 }), /x:3: the data file "a\.data" cannot be read/);
  });

  test("block in TypeScript refuses", () => {
    const [made] = rulesOf(ruleSet([rule({ id: 1, phase: 1, disruptive: "block" })]));
    assert.deepEqual(made?.disruptive, { kind: "deny", status: 403 });
  });

  test("but no two rules of one id, and no jump to nowhere", () => {
    const one = rule({ id: 1, phase: 1 });
    assert.throws(() => ruleSet([one, rule({ id: 1, phase: 2 })]), /rule id 1 stands at rule 1:1 already/);
    assert.throws(() => ruleSet([marker("END"), rule({ id: 1, phase: 1, skipAfter: "END" })]), /skipAfter:END finds no such marker/);
  });

  test("several sets in order, each with its own data files, and with the settings of the first", () => {
    const files = { "a/x.conf": 'SecRule ARGS "@pmFromFile w" "id:1"\nSecComponentSignature A', "a/w": "from a" };
    const first = load("Include a/x.conf\nSecRuleEngine Off", files);
    const second = load('SecRule ARGS "@pmFromFile w" "id:2"\nSecComponentSignature B\nSecAuditLog x', { w: "from b" });
    const merged = mergeRules(first, ruleSet([rule({ id: 3, phase: 1 })]), second);
    assert.deepEqual(rulesOf(merged).map(({ id }) => id), [1, 3, 2]); // biome-ignore format: one line
    assert.deepEqual(rulesOf(merged).flatMap(({ operator, source }) => (operator === undefined ? [] : [merged.readData("w", source)])), ["from a", "from b"]); // biome-ignore format: one line
    assert.equal(merged.settings.engine, "off");
    assert.deepEqual(merged.settings.componentSignatures, ["A", "B"]);
    assert.equal(merged.remarks.length, 1);
  });

  test("but no sets that share an id", () => {
    assert.throws(
      () => mergeRules(load('SecAction "id:1"'), load('\nSecAction "id:1"')),
      /rules\.conf:2: rule id 1 stands at rules\.conf:1 already/,
    );
  });
});
