import assert from "node:assert/strict";
import { test } from "node:test";
import { createOperators, createOperatorTable, findOperator, operatorRemarks, type Trial } from "../../src/operator/index.ts";
import { marker, type Rule, RuleProblem, rule, ruleSet, type Source } from "../../src/rule/index.ts";
import { build, context, couldHold, NOT_ASKED } from "./build.ts";
import { ANSWERS, FILE_ANSWERS, REFUSALS } from "./vectors.ts";

const BY_LOOKUP = ["geoLookup", "rbl"];

for (const { name } of createOperators()) {
  const rows = ANSWERS[name] ?? FILE_ANSWERS[name] ?? [];
  const isRefused = REFUSALS.some(([operator, , said]) => operator === name && said.source === "cannot be used");
  if (isRefused || BY_LOOKUP.includes(name)) continue;
  test(`The firewall knows what ${name} says of a value`, () => {
    assert.ok(rows.length > 0, "every operator has vectors");
    for (const [argument, value, answer] of rows) {
      for (const capture of [false, true]) {
        const built = build(name, argument, capture);
        assert.equal(built.test(value, NOT_ASKED), answer, JSON.stringify([argument, value]));
        if (answer) assert.ok(couldHold(built, value), `needs of ${JSON.stringify([argument, value])}`);
      }
    }
  });
}

for (const [operator, argument, said] of REFUSALS) {
  test(`The firewall refuses to load @${operator} ${argument}`, () => {
    assert.throws(
      () => build(operator, argument),
      (cause) => cause instanceof RuleProblem && said.test(cause.message),
    );
  });
}

test("The firewall captures what was matched", () => {
  const rows: readonly (readonly [operator: string, argument: string, value: string, captures: Readonly<Record<number, string>>])[] = [
    ["rx", "(a)(b)?", "xab", { 0: "ab", 1: "a", 2: "b" }],
    ["pm", "cat dog", "hotDog cat", { 0: "Dog" }],
    ["pmFromFile", "words.data", "xBIRDx", { 0: "BIRD" }],
    ["verifyCC", "\\d{16}", "no. 4111111111111111", { 0: "4111111111111111" }],
    ["detectXSS", "", "<script>alert(1)</script>", { 0: "script.element" }],
  ];
  for (const [operator, argument, value, captures] of rows) {
    const found: Record<number, string> = {};
    build(operator, argument, true).test(value, { capture: (index, text) => (found[index] = text), spend: () => undefined });
    if (operator === "detectXSS") assert.match(found[0] ?? "", /^script\./);
    else assert.deepEqual(found, captures, operator);
  }
});

test("The firewall loads lookups without a source and says that they never match", () => {
  for (const [name, argument] of [
    ["geoLookup", ""],
    ["rbl", "dnsbl.example"],
  ] as const) {
    const built = build(name, argument);
    assert.equal(built.test("192.0.2.1", NOT_ASKED), false);
    assert.ok(!couldHold(built, "192.0.2.1"));
    assert.match(findOperator(name)?.remark?.(argument) ?? "", /never matches/);
    const find = createOperatorTable({ findPlace: () => undefined, isListed: () => false });
    assert.equal(find(name)?.remark, undefined, "with sources there is nothing to say");
  }
});

test("The firewall takes a list that macros have left empty for one that holds nothing", () => {
  for (const name of ["pm", "ipMatch"]) {
    const built = findOperator(name)?.build(" ", { ...context(false), isFilled: true });
    assert.equal(built?.test("192.0.2.1", NOT_ASKED), false, name);
  }
});

test("The firewall asks the sources of lookups that it is given, for addresses alone", () => {
  const asked: string[] = [];
  const find = createOperatorTable({
    findPlace: (address) => {
      asked.push(address);
      return address === "192.0.2.1" ? { COUNTRY_CODE: "KR" } : undefined;
    },
    isListed: (address, list) => list === "dnsbl.example" && address === "192.0.2.1",
  });
  const places: unknown[] = [];
  const captured: string[] = [];
  const trial: Trial = { capture: (_, text) => captured.push(text), spend: () => undefined, place: (facts) => places.push(facts) };
  const geo = find("GEOLOOKUP")?.build("", context(false));
  assert.deepEqual([geo?.test("192.0.2.1", trial), geo?.test("192.0.2.2", trial), geo?.test("host.example", trial)], [true, false, false]);
  assert.deepEqual(asked, ["192.0.2.1", "192.0.2.2"]);
  assert.deepEqual(places, [{ COUNTRY_CODE: "KR" }]);
  const list = find("rbl")?.build("dnsbl.example", context(true));
  assert.deepEqual([list?.test("192.0.2.1", trial), list?.test("192.0.2.2", trial), list?.test("x", trial)], [true, false, false]);
  assert.deepEqual(captured, ["192.0.2.1"]);
});

test("The firewall says of which rule an operator was given what it cannot mean", () => {
  const source = (line: number): Source => ({ file: "rules.conf", line });
  const asks = (id: number, name: "eq" | "ge" | "geoLookup" | "lt", argument: string): Rule =>
    rule({ id, phase: 1, targets: ["ARGS"], operator: { name, argument }, source: source(id) });
  const set = ruleSet([
    asks(1, "eq", "many"),
    { ...asks(2, "ge", " 5"), chain: [asks(3, "geoLookup", "")] },
    marker("END"),
    asks(5, "lt", "%{tx.limit}"),
  ]);
  assert.deepEqual(operatorRemarks(set, findOperator), [
    { source: source(1), text: "@eq was given no integer and compares with 0" },
    { source: source(3), text: "@geoLookup never matches: no source of places was given, and no SecGeoLookupDb" },
  ]);
});

test("The firewall looks operators up without case", () => {
  assert.equal(findOperator("PMFROMFILE"), findOperator("pmFromFile"));
  assert.equal(findOperator("pmx"), undefined);
});
