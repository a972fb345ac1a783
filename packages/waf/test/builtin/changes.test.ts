import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { describe, test } from "node:test";
import { withBuiltinRules } from "../../src/builtin/index.ts";
import { mergeRules, type Rule, type RuleSet, rule, ruleSet } from "../../src/rule/index.ts";
import { rulesOf } from "../engine/send.ts";
import { judge, openWaf } from "./engine.ts";

const XSS = encodeURIComponent("<script>go(1)</script>");
const SQL = encodeURIComponent("1' or '1'='1' union select 1,2,3 from users--");

function ruleIn(set: RuleSet, id: number): Rule | undefined {
  return set.items.find((item): item is Rule => !("marker" in item) && item.id === id);
}

/** The built-in rules with the directives of a user's file. */
function changedBy(text: string): RuleSet {
  return withBuiltinRules(rulesOf(text));
}

const REFUSED = openWaf(changedBy(""));
/** A directive, a request that the built-in rules refuse without it, and what they do with it. */
const ROWS: readonly (readonly [directive: string, target: string, act: "allow" | "refuse"])[] = [
  ["SecRuleRemoveById 9100000-9199999", `/?a=${XSS}`, "allow"],
  ["SecRuleRemoveById 9101101-9101104 9101201-9101204", `/?a=${SQL}`, "allow"],
  ["SecRuleRemoveById 9101101-9101104 9101201-9101204", `/?a=${XSS}`, "refuse"],
  ["SecRuleRemoveByTag attack-xss", `/?a=${XSS}`, "allow"],
  ["SecRuleRemoveByTag attack-xss", `/?a=${SQL}`, "refuse"],
  ["SecRuleRemoveByTag ^cwe/79$", `/?a=${XSS}`, "allow"],
  ['SecRuleUpdateTargetByTag attack-xss "!ARGS:a"', `/?a=${XSS}`, "allow"],
  ['SecRuleUpdateTargetByTag attack-xss "!ARGS:a"', `/?b=${XSS}`, "refuse"],
  ['SecRuleUpdateActionById 9190200 "pass"\nSecRuleUpdateActionById 9190100 "pass"', `/?a=${XSS}`, "allow"],
  ['SecAction "id:1,phase:1,pass,nolog,ctl:ruleRemoveTargetByTag=attack-xss;ARGS:a"', `/?a=${XSS}`, "allow"],
  ['SecAction "id:1,phase:1,pass,nolog,ctl:ruleRemoveTargetByTag=attack-xss;ARGS:a"', `/?b=${XSS}`, "refuse"],
  ["SecRuleRemoveById 942100", `/?a=${XSS}`, "refuse"],
]; // biome-ignore format: a table

describe("The firewall's built-in rules obey the directives of the files beside them:", () => {
  for (const [directive, target, act] of ROWS) {
    test(`${directive.replace("\n", ", ")}: ${target.slice(0, 12)} ${act}`, () => {
      strictEqual(judge(REFUSED, { target }).verdict.act, "refuse");
      strictEqual(judge(openWaf(changedBy(directive)), { target }).verdict.act, act);
    });
  }

  test("a directive that means only them is no longer said to mean nothing", () => {
    const file = rulesOf("SecRuleRemoveByTag attack-xss\nSecRuleRemoveById 4711");
    deepStrictEqual(file.remarks.map(({ source }) => source.line), [1, 2]); // biome-ignore format: one line
    deepStrictEqual(withBuiltinRules(file).remarks.map(({ source }) => source.line), [2]); // biome-ignore format: one line
  });

  test("rules that nothing changes are the same rules", () => {
    const [before, after] = [changedBy(""), changedBy('SecRuleUpdateTargetByTag attack-xss "!ARGS:a"')];
    strictEqual(before.items.length, after.items.length);
    const changed = after.items.filter((item, index) => JSON.stringify(item) !== JSON.stringify(before.items[index]));
    ok(changed.length > 0 && changed.every((item) => !("marker" in item) && item.meta.tags.includes("attack-xss")));
  });

  test("a file's set-up for the Core Rule Set keeps its place around them", () => {
    const set = changedBy(
      'SecAction "id:900100,phase:1,nolog,pass"\nSecAction "id:901001,phase:1,pass"\nSecAction "id:949110,phase:2,pass"\nSecRuleRemoveById 9190301',
    );
    const ids = set.items.flatMap((item) => ("marker" in item ? [] : [item.id]));
    const places = [900_100, 9_190_001, 9_190_200, 901_001, 9_190_302, 949_110].map((id) => ids.indexOf(id));
    deepStrictEqual(places, places.toSorted((one, other) => one - other)); // biome-ignore format: one line
    ok(places.every((place) => place >= 0));
    strictEqual(ids.includes(9_190_301), false);
  });
});

const OWN = ruleSet([rule({ id: 7, phase: 1, targets: ["ARGS"], operator: { name: "contains", argument: "x" }, disruptive: "block", message: "mine", tags: ["own"] })]); // biome-ignore format: one line

describe("The firewall's rules of TypeScript obey the directives of a set they are merged with,", () => {
  const merged = (text: string): RuleSet => mergeRules(rulesOf(text), OWN);

  test("before it or behind it", () => {
    strictEqual(ruleIn(merged("SecRuleRemoveByMsg ^mine$"), 7), undefined);
    strictEqual(ruleIn(mergeRules(OWN, rulesOf("SecRuleRemoveById 7")), 7), undefined);
    strictEqual(ruleIn(mergeRules(merged("SecRuleRemoveById 8"), ruleSet([rule({ id: 8, phase: 1 })])), 8), undefined);
  });

  test("with other actions", () => {
    const changed = ruleIn(merged("SecRuleUpdateActionById 7 \"redirect:'https://a/',tag:more,t:lowercase,nolog\""), 7);
    deepStrictEqual(changed?.disruptive, { kind: "redirect", status: 302, location: "https://a/" });
    deepStrictEqual([changed?.meta.tags, changed?.transforms, changed?.log], [["own", "more"], ["lowercase"], false]);
    deepStrictEqual(ruleIn(merged("SecRuleUpdateActionById 7 block"), 7)?.disruptive, { kind: "deny", status: 403 });
    deepStrictEqual(ruleIn(merged("SecRuleUpdateActionById 7 status:404"), 7)?.disruptive, { kind: "deny", status: 404 });
  });

  test("and a mistake is told where it stands", () => {
    throws(() => merged("SecRuleUpdateActionById 7 severity:9"), (error) => match(String(error), /test\.conf:1: severity: found "9"/) === undefined); // biome-ignore format: one line
  });
});
