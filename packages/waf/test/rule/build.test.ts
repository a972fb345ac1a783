import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { control, expireVariable, marker, NO_META, type RuleInput, RuleProblems, rule, setVariable } from "../../src/rule/index.ts";
import { loadOne } from "../seclang/names.ts";

const TEST = { targets: ["ARGS"], operator: { name: "rx", argument: "a" } } as const satisfies Partial<RuleInput>;

test("The compiler refuses names that the rule language does not have", () => {
  const inputs: readonly RuleInput[] = [
    // @ts-expect-error: a misspelt variable
    { id: 1, phase: 1, targets: ["ARG"] },
    // @ts-expect-error: a misspelt variable with a name behind it
    { id: 1, phase: 1, targets: ["REQUEST_HEADER:Host"] },
    // @ts-expect-error: a misspelt transformation
    { id: 1, phase: 1, transforms: ["lowercas"] },
    // @ts-expect-error: a severity there is none of
    { id: 1, phase: 1, severity: "severe" },
    // @ts-expect-error: a phase there is none of
    { id: 1, phase: 6 },
    // @ts-expect-error: an end there is none of
    { id: 1, phase: 1, disruptive: "dney" },
    // @ts-expect-error: a place that is no collection
    { id: 1, phase: 1, actions: [setVariable("args.a")] },
  ];
  assert.equal(inputs.length, 7);
});

describe("The firewall takes rules written in TypeScript", () => {
  test("in the same form as those of a rule file", () => {
    const written = rule({
      id: 7,
      phase: 1,
      targets: ["ARGS", "!ARGS:/^x|y/", "&TX:a", "XML:/*", "REQUEST_HEADERS:User-Agent"],
      operator: { name: "rx", negated: true, argument: 'a"b' },
      transforms: ["urlDecodeUni", "lowercase"],
      capture: true,
      disruptive: "deny",
      actions: [setVariable("tx.a", 1), expireVariable("ip.a", 60), control("ruleRemoveById", "1-5")],
      message: "값",
      severity: "critical",
      tags: ["x/y"],
      skipAfter: "END",
      log: false,
      chain: [{ targets: ["TX:0"], operator: { name: "streq", argument: "%{tx.1}" } }],
      source: { file: "rules.conf", line: 1 },
    });
    const read = loadOne(
      `SecRule ARGS|!ARGS:/^x|y/|&TX:a|XML:/*|REQUEST_HEADERS:User-Agent "!@rx a\\"b" "id:7,phase:1,t:urlDecodeUni,t:lowercase,capture,deny,setvar:tx.a=1,expirevar:ip.a=60,ctl:ruleRemoveById=1-5,msg:'값',severity:CRITICAL,tag:x/y,skipAfter:END,nolog,chain"\nSecRule TX:0 "@streq %{tx.1}" "log"\nSecMarker END`,
    );
    assert.deepEqual({ ...written, chain: written.chain.map((link) => ({ ...link, source: undefined })) }, { ...read, chain: read.chain.map((link) => ({ ...link, source: undefined })) }); // biome-ignore format: one line
  });

  test("with nothing said but what has to be", () => {
    const made = rule({ id: 1, phase: 2 });
    assert.deepEqual(made, {
      id: 1,
      phase: 2,
      targets: [],
      operator: undefined,
      transforms: [],
      multiMatch: false,
      capture: false,
      disruptive: { kind: "pass" },
      actions: [],
      skip: 0,
      skipAfter: undefined,
      meta: NO_META,
      log: true,
      auditLog: true,
      chain: [],
      source: { file: "rule 1", line: 1 },
    });
    assert.equal(marker("끝").marker, "\xeb\x81\x9d");
  });

  const ends: readonly (readonly [end: NonNullable<RuleInput["disruptive"]>, kind: string])[] = [
    ["deny", "deny"],
    ["block", "block"],
    ["drop", "drop"],
    ["allow", "allow"],
    [{ kind: "redirect", status: 303, location: "/a" }, "redirect"],
  ];
  for (const [end, kind] of ends)
    test(`that end in ${kind}`, () => assert.equal(rule({ id: 1, phase: 2, disruptive: end }).disruptive.kind, kind));

  const wrong: readonly (readonly [what: string, input: RuleInput, problem: RegExp])[] = [
    ["an id of nought", { id: 0, phase: 1 }, /rule 0: found the id 0; expected a whole number from 1/],
    ["a broken id", { id: 1.5, phase: 1 }, /found the id 1\.5/],
    [
      "a target that names nothing",
      { ...TEST, id: 1, phase: 1, targets: ["ARGS:"] },
      /found the target "ARGS:"; expected VARIABLE, VARIABLE:name/,
    ],
    ["only variables that are left out", { ...TEST, id: 1, phase: 1, targets: ["!ARGS:a"] }, /only variables that are left out/],
    ["variables without an operator", { id: 1, phase: 1, targets: ["ARGS"] }, /variables without an operator/],
    ["an operator without variables", { id: 1, phase: 1, operator: { name: "rx", argument: "a" } }, /only variables that are left out/],
    ["half a rule to jump over", { id: 1, phase: 1, skip: 0.5 }, /found skip 0\.5/],
    ["a chain of half tests", { ...TEST, id: 1, phase: 1, chain: [{ targets: ["ARGS"] }] }, /variables without an operator/],
  ];
  for (const [what, input, problem] of wrong) test(`but not with ${what}`, () => assert.throws(() => rule(input), problem));

  test("and tells all that is wrong with one at once", () => {
    assert.throws(
      () => rule({ id: 0, phase: 1, targets: ["ARGS:", "!TX"], operator: { name: "rx" }, skip: -1, source: { file: "mine.ts", line: 4 } }),
      (error) =>
        error instanceof RuleProblems &&
        error.problems.length === 4 &&
        error.problems.every(({ message }) => message.startsWith("mine.ts:4: ")),
    );
  });
});
