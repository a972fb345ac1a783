import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { load, rulesOf } from "./names.ts";

const RULES = `SecRule ARGS|TX:a a "id:10,phase:2,deny,status:404,t:lowercase,tag:'attack-sqli',tag:paranoia-level/1,msg:'SQL (found)'"
SecRule ARGS b "id:20,phase:2,pass,tag:attack-xss,msg:'script',setvar:tx.x=1,chain"
  SecRule TX:x c "t:trim"
SecRule REQUEST_URI d "id:30,phase:1,tag:own"
`;

function ids(text: string): number[] {
  return rulesOf(load(text)).map(({ id }) => id);
}

const removals: readonly (readonly [directive: string, left: readonly number[]])[] = [
  ["SecRuleRemoveById 10", [20, 30]],
  ["SecRuleRemoveById 10 30", [20]],
  ['SecRuleRemoveById "10-20"', [30]],
  ['SecRuleRemoveById "10 15-25,30"', []],
  ["SecRuleRemoveByTag attack-sqli", [20, 30]],
  ["SecRuleRemoveByTag attack-", [30]],
  ["SecRuleRemoveByTag ^attack-(sqli|xss)$", [30]],
  ["SecRuleRemoveByTag own attack-xss", [10]],
  ["SecRuleRemoveByTag (?i)ATTACK-SQLI", [20, 30]],
  ["SecRuleRemoveByMsg script", [10, 30]],
  ['SecRuleRemoveByMsg "SQL (found)"', [20, 30]],
  ['SecRuleRemoveByMsg "SQL (foun"', [10, 20, 30]],
  ["SecRuleRemoveByTag ATTACK-SQLI", [10, 20, 30]],
];

describe("The firewall takes rules out, wherever the directive stands:", () => {
  for (const [directive, left] of removals) {
    test(directive, () => {
      assert.deepEqual(ids(`${RULES}${directive}`), left);
      assert.deepEqual(ids(`${directive}\n${RULES}`), left);
    });
  }

  test("and remarks on one that finds nothing", () => {
    assert.deepEqual(load(`${RULES}SecRuleRemoveById 40`).remarks, [
      { source: { file: "rules.conf", line: 5 }, text: "no such rule is there: nothing was removed" },
    ]);
  });

  test("a removed rule that others jump behind leaves a marker", () => {
    const set = load('SecAction "id:1,skipAfter:2"\nSecAction "id:2"\nSecRuleRemoveById 2');
    assert.deepEqual(set.items.map((item) => ("marker" in item ? item.marker : item.id)), [1, "2"]); // biome-ignore format: one line
  });
});

function targets(text: string, id: number, link = 0): string[] {
  const head = rulesOf(load(text)).find((rule) => rule.id === id);
  const rule = [head, ...(head?.chain ?? [])][link];
  return (rule?.targets ?? []).map(({ variable, exclude, count, select }) => {
    const name = select === undefined ? "" : `:${select.kind === "name" ? select.name : `/${select.source}/`}`;
    return `${exclude ? "!" : ""}${count ? "&" : ""}${variable}${name}`;
  });
}

const updates: readonly (readonly [directive: string, id: number, link: number, targets: readonly string[]])[] = [
  ['SecRuleUpdateTargetById 10 "!ARGS:pw"', 10, 0, ["ARGS", "TX:a", "!ARGS:pw"]],
  ['SecRuleUpdateTargetById 10 "!ARGS:pw,!ARGS:/^x|y/|&TX"', 10, 0, ["ARGS", "TX:a", "!ARGS:pw", "!ARGS:/^x|y/", "&TX"]],
  ['SecRuleUpdateTargetById 10-30 "!ARGS:pw"', 30, 0, ["REQUEST_URI", "!ARGS:pw"]],
  ['SecRuleUpdateTargetById 5-9 10 30 "!ARGS:pw"', 30, 0, ["REQUEST_URI", "!ARGS:pw"]],
  ['SecRuleUpdateTargetById 5-9 10 30 "!ARGS:pw"', 10, 0, ["ARGS", "TX:a", "!ARGS:pw"]],
  ['SecRuleUpdateTargetById 5-9 10 30 "!ARGS:pw"', 20, 0, ["ARGS"]],
  ["SecRuleUpdateTargetById 10 30 REQUEST_URI ARGS", 10, 0, ["TX:a", "REQUEST_URI"]],
  ["SecRuleUpdateTargetById 10 REQUEST_URI ARGS", 10, 0, ["TX:a", "REQUEST_URI"]],
  ["SecRuleUpdateTargetById 10 ARGS", 10, 0, ["ARGS", "TX:a"]],
  ['SecRuleUpdateTargetById 20 "!ARGS:pw"', 20, 1, ["TX:x"]],
  ['SecRuleUpdateTargetById 20:1 "REQUEST_URI"', 20, 1, ["TX:x", "REQUEST_URI"]],
  ['SecRuleUpdateTargetById 20:0 "REQUEST_URI"', 20, 0, ["ARGS", "REQUEST_URI"]],
  ['SecRuleUpdateTargetByTag attack-sqli "!ARGS:pw"', 10, 0, ["ARGS", "TX:a", "!ARGS:pw"]],
  ['SecRuleUpdateTargetByTag attack- "!ARGS:pw"', 20, 0, ["ARGS", "!ARGS:pw"]],
  ['SecRuleUpdateTargetByMsg "SQL (found)" "!ARGS:pw"', 10, 0, ["ARGS", "TX:a", "!ARGS:pw"]],
  ["SecRuleUpdateTargetByTag own !REQUEST_URI:/a/", 30, 0, ["REQUEST_URI", "!REQUEST_URI:/a/"]],
];

describe("The firewall changes the variables of a rule, wherever the directive stands:", () => {
  for (const [directive, id, link, expected] of updates) {
    test(`${directive} -> ${id}:${link}`, () => {
      assert.deepEqual(targets(`${RULES}${directive}`, id, link), expected);
      assert.deepEqual(targets(`${directive}\n${RULES}`, id, link), expected);
    });
  }

  test("and remarks on a chain that is not so long", () => {
    assert.match(load(`${RULES}SecRuleUpdateTargetById 20:2 ARGS`).remarks[0]?.text ?? "", /nothing was changed/);
  });

  test("a rule that looks at nothing any more is refused", () => {
    assert.throws(() => load(`${RULES}SecRuleUpdateTargetById 30 !REQUEST_URI:x REQUEST_URI`), /only variables that are left out/);
  });
});

describe("The firewall changes the actions of a rule:", () => {
  const rule = (directive: string, id: number) => rulesOf(load(`${RULES}${directive}`)).find((one) => one.id === id);

  test("an end takes the place of the old one", () => {
    assert.deepEqual(rule('SecRuleUpdateActionById 10 "pass"', 10)?.disruptive, { kind: "pass" });
    assert.deepEqual(rule('SecRuleUpdateActionById 10 "block"\nSecDefaultAction "phase:2,drop"', 10)?.disruptive, { kind: "pass" });
    assert.deepEqual(rulesOf(load(`SecDefaultAction "phase:2,drop"\n${RULES}SecRuleUpdateActionById 10 "block"`))[0]?.disruptive, {
      kind: "drop",
    });
    assert.deepEqual(rule('SecRuleUpdateActionById 20 "deny,status:500"', 20)?.disruptive, { kind: "deny", status: 500 });
    assert.deepEqual(rule("SecRuleUpdateActionById 10 \"redirect:'https://a/'\"", 10)?.disruptive, {
      kind: "redirect",
      status: 302,
      location: "https://a/",
    });
  });

  test("what may stand once is replaced, what may stand often is added", () => {
    const changed = rule("SecRuleUpdateActionById 10 \"msg:'new',tag:more,t:trim,setvar:tx.y=2,nolog\"", 10);
    assert.equal(changed?.meta.message, "new");
    assert.deepEqual(changed?.meta.tags, ["attack-sqli", "paranoia-level/1", "more"]);
    assert.deepEqual(changed?.transforms, ["lowercase", "trim"]);
    assert.equal(changed?.actions.length, 1);
    assert.equal(changed?.log, false);
  });

  test("a rule behind a chain by its place", () => {
    assert.deepEqual(rule('SecRuleUpdateActionById 20:1 "t:none,t:lowercase"', 20)?.chain[0]?.transforms, ["lowercase"]);
  });

  test("a problem is told where the change stands", () => {
    assert.throws(() => load(`${RULES}SecRuleUpdateActionById 20:1 "deny"`), /rules\.conf:5: deny: found on a rule behind a chain/);
  });
});
