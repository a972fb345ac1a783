import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type Action,
  addTo,
  marker,
  NO_META,
  type Rule,
  rule,
  ruleSet,
  setVariable,
  type Target,
  unsetVariable,
} from "../../src/rule/index.ts";
import { loadRules, printRules } from "../../src/seclang/index.ts";
import { KNOWN, load, memoryFiles, rulesOf } from "./names.ts";
import { withoutSources } from "./sources.ts";

// Texts that SecLang can hold: any byte but a line end, without blanks at the ends and not empty.
const byte = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(..."\\\\\\\"\"''|,:;=%{}!@&/#<>ab ") },
  { weight: 1, arbitrary: fc.integer({ min: 0x21, max: 0xff }).map((code) => String.fromCharCode(code)) },
);
const text = fc.string({ unit: byte, minLength: 1, maxLength: 24 }).map((value) => value.trim()).filter((value) => value !== ""); // biome-ignore format: one line
/** A pattern that an author can write: it ends in no lone backslash, and none stands before a quote, where it would mean nothing. */
const pattern = text.map((value) => value.replace(/(\\*)("|$)/g, (_run, slashes: string, end: string) => slashes.slice(0, slashes.length - (slashes.length % 2)) + end)).filter((value) => value !== ""); // biome-ignore format: one line
/** Objects as rules are made of, never without a prototype. */
function record<Made extends object>(model: { [Key in keyof Made]: fc.Arbitrary<Made[Key]> }): fc.Arbitrary<Made> {
  return fc.record<Made>(model, { noNullPrototype: true });
}

const name = fc.stringMatching(/^[a-z][\w.-]{0,12}$/);

const target: fc.Arbitrary<Target> = fc
  .record({
    variable: fc.constantFrom("ARGS", "TX", "REQUEST_HEADERS"),
    mark: fc.constantFrom("none", "count", "exclude"),
    select: fc.option(fc.oneof(name.map((value) => ({ kind: "name" as const, name: value })), fc.stringMatching(/^[\w|,.$^ -]{1,9}$/).map((source) => ({ kind: "pattern" as const, source })))), // biome-ignore format: one line
  })
  .map(({ variable, mark, select }) => ({
    variable,
    count: mark === "count",
    exclude: mark === "exclude",
    ...(select === null ? {} : { select }),
  }));

const action: fc.Arbitrary<Action> = fc.oneof(
  record({
    kind: fc.constant("setvar" as const),
    collection: fc.constantFrom("TX", "IP"),
    name,
    operation: fc.constantFrom("add" as const, "subtract" as const),
    value: name,
  }),
  record({
    kind: fc.constant("setvar" as const),
    collection: fc.constant("TX"),
    name,
    operation: fc.constant("set" as const),
    value: text.filter((value) => !/^[+']/.test(value) && !value.startsWith("-")),
  }),
  record({
    kind: fc.constant("setvar" as const),
    collection: fc.constant("TX"),
    name,
    operation: fc.constant("unset" as const),
    value: fc.constant(""),
  }),
  record({ kind: fc.constant("expirevar" as const), collection: fc.constant("IP"), name, seconds: fc.nat().map(String) }),
  record({ kind: fc.constant("initcol" as const), collection: fc.constant("IP"), key: text.filter((value) => !value.startsWith("'")) }),
  record({ kind: fc.constantFrom("setuid" as const, "setsid" as const, "setrsc" as const), value: text }),
  record({ kind: fc.constant("setenv" as const), name, value: text.filter((value) => !value.startsWith("'")) }),
  record({ kind: fc.constant("mask" as const), of: fc.constantFrom("ARGS" as const, "REQUEST_HEADERS" as const), name: text }),
  fc.constant({ kind: "mask" as const, of: "MATCHED" as const, name: "" }),
  record({ kind: fc.constant("ctl" as const), setting: fc.constant("ruleRemoveByTag"), value: text }),
);

const operator = fc.oneof(
  record({ name: fc.constant("rx"), negated: fc.boolean(), argument: pattern }),
  record({ name: fc.constantFrom("streq", "contains", "pm"), negated: fc.boolean(), argument: text }),
  record({ name: fc.constant("unconditionalMatch"), negated: fc.boolean(), argument: fc.constant("") }),
);

const source = { file: "test", line: 1 };
const PASS = { kind: "pass" } as const;

const link = record({
  targets: fc.array(target, { maxLength: 3 }).map((more): Target[] => [{ variable: "ARGS", count: false, exclude: false }, ...more]),
  operator,
  transforms: fc.array(fc.constantFrom("lowercase", "urlDecodeUni", "trim"), { maxLength: 3 }),
  multiMatch: fc.boolean(),
  capture: fc.boolean(),
  actions: fc.array(action, { maxLength: 3 }),
  log: fc.boolean(),
  auditLog: fc.boolean(),
  meta: record({
    message: fc.oneof(fc.constant(""), text),
    logData: fc.oneof(fc.constant(""), text),
    severity: fc.option(fc.integer({ min: 0, max: 7 }), { nil: undefined }),
    tags: fc.array(text, { maxLength: 2 }),
    revision: fc.oneof(fc.constant(""), text),
    version: fc.oneof(fc.constant(""), text),
    maturity: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
    accuracy: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  }),
});

const disruptive: fc.Arbitrary<Rule["disruptive"]> = fc.oneof(
  fc.constantFrom<Rule["disruptive"]>(PASS, { kind: "allow" }, { kind: "allow:phase" }, { kind: "allow:request" }, { kind: "drop" }),
  record({ kind: fc.constant("deny" as const), status: fc.integer({ min: 100, max: 599 }) }),
  record({ kind: fc.constant("redirect" as const), status: fc.constantFrom(301, 302, 303, 307, 308), location: text }),
);

const rules: fc.Arbitrary<Rule[]> = fc
  .array(record({ head: link, disruptive, phase: fc.constantFrom(1 as const, 2 as const, 5 as const), skip: fc.nat({ max: 3 }), chain: fc.array(link, { maxLength: 2 }) }), { maxLength: 4 }) // biome-ignore format: one line
  .map((list) => list.map(({ head, disruptive, phase, skip, chain }, index) => makeRule(index + 1, phase, head, disruptive, skip, chain)));

type Link = typeof link extends fc.Arbitrary<infer Made> ? Made : never;

function makeRule(
  id: number,
  phase: Rule["phase"],
  head: Link,
  disruptive: Rule["disruptive"],
  skip: number,
  chain: readonly Link[],
): Rule {
  const base = { id, phase, skipAfter: undefined, source };
  return { ...base, ...head, disruptive, skip, chain: chain.map((one) => ({ ...base, ...one, disruptive: PASS, skip: 0, chain: [] })) };
}

describe("The firewall prints rules", () => {
  test("so that they read back the same", () => {
    fc.assert(
      fc.property(rules, (items) => {
        const printed = printRules(ruleSet(items));
        const again = loadRules({ sources: ["printed.conf"], files: memoryFiles({ "printed.conf": printed }), known: KNOWN });
        assert.deepEqual(withoutSources(again.items), withoutSources(items));
        assert.deepEqual(again.remarks, []);
      }),
      { numRuns: 400 },
    );
  });

  test("with markers, jumps and settings", () => {
    const set = load(
      'SecRuleEngine DetectionOnly\nSecArgumentSeparator ";"\nSecResponseBodyMimeType (null)\nSecAction "id:1,skipAfter:\'A b\'"\nSecMarker "A b"',
    );
    const again = load(printRules(set));
    assert.deepEqual(withoutSources(again.items), withoutSources(set.items));
    assert.deepEqual(again.settings, set.settings);
  });

  test("with block below a default that denies, so that it refuses where it is read", () => {
    const made = rule({ id: 1, phase: 2, disruptive: "block", targets: ["ARGS"], operator: { name: "rx", argument: "a" }, actions: [setVariable("tx.a"), addTo("tx.b", 5), unsetVariable("tx.c")] }); // biome-ignore format: one line
    const printed = printRules({ ...ruleSet([]), items: [made, marker("END")] });
    assert.match(printed, /SecRule ARGS "@rx a" \\\n {2}"id:1,\\\n {2}phase:2,\\\n {2}block,/);
    assert.deepEqual(rulesOf(load(printed))[0]?.disruptive, { kind: "deny", status: 403 });
  });

  const unsayable: readonly (readonly [what: string, change: Partial<Rule>])[] = [
    ["an argument that begins with a blank", { operator: { name: "streq", negated: false, argument: " a" } }],
    ["an argument of two lines", { operator: { name: "streq", negated: false, argument: "a\nb" } }],
    ["a pattern that ends in a lone backslash", { operator: { name: "rx", negated: false, argument: "a\\" } }],
    ["a message of two lines", { meta: { ...NO_META, message: "a,\nb" } }],
    [
      "a variable that is set to a text with a plus before it",
      { actions: [{ kind: "setvar", collection: "TX", name: "a", operation: "set", value: "+1" }] },
    ],
    [
      "a variable whose name holds a sign of equality",
      { actions: [{ kind: "setvar", collection: "TX", name: "a=b", operation: "set", value: "1" }] },
    ],
    [
      "a name that looks like a pattern",
      { targets: [{ variable: "ARGS", count: false, exclude: false, select: { kind: "name", name: "/a/" } }] },
    ],
  ];
  const base = rule({ id: 1, phase: 2, targets: ["ARGS"], operator: { name: "rx", argument: "a" } });
  for (const [what, change] of unsayable) {
    test(`and refuses ${what}`, () =>
      assert.throws(() => printRules(ruleSet([{ ...base, ...change }])), /rule 1 holds a text that SecLang cannot say/));
  }
});
