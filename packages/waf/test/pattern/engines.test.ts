import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseSource } from "../../src/pattern/parse-source.ts";
import { createRandom } from "../../src/pattern/random.ts";
import { type Agreement, compareEngines } from "./agreement.ts";
import { SHAPES } from "./shapes.ts";
import { valuesNear } from "./values.ts";

function agreement(): Agreement {
  return { faults: [], matched: 0, compared: 0, second: 0 };
}

/**
 * Patterns made of few bytes, so that they match, overlap and are ambiguous. No references: a loop around one means something else
 * in V8. And ^ at the start of the whole only: V8 14.6 finds nothing in `-` with
 * `/(\w?|-(?:|a|[^]*?b^){1,3})+/`, which matches the empty text everywhere.
 */
const atoms = fc.constantFrom(
  "a",
  "b",
  "ab",
  "[ab]",
  "[^a]",
  ".",
  "\\b",
  "\\B",
  "$",
  "\\w",
  "\\W",
  "(?i:A)",
  "(?=a)",
  "(?!b)",
  "(?<=a)",
  "(?<!b)",
  "\\x00",
  "-",
);
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  part: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atoms,
    fc
      .tuple(tie("pattern"), fc.constantFrom("(?:", "("), fc.constantFrom("", "*", "+", "?", "{2}", "{1,3}", "*?", "+?", "??", "{0,2}?"))
      .map(([inner, open, count]) => `${open}${inner})${count}`),
    fc
      .tuple(fc.constantFrom("a", "b", "[ab]", ".", "\\w"), fc.constantFrom("*", "+", "?", "{2,}", "*?"))
      .map(([atom, count]) => atom + count),
  ),
  pattern: fc
    .array(fc.array(tie("part"), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .map((branches) => branches.map((parts) => parts.join("")).join("|")),
}));
const shortValue = fc.string({ unit: fc.constantFrom("a", "b", "A", "-", "\n", "\0", "\xe9"), maxLength: 8 });

test("The firewall finds what V8 and re2js find, for patterns made by chance", () => {
  const found = agreement();
  fc.assert(
    fc.property(fc.constantFrom("", "^"), pattern, fc.array(shortValue, { minLength: 8, maxLength: 8 }), (start, branches, values) => {
      compareEngines(start === "" ? branches : `${start}(?:${branches})`, values, found);
      deepEqual(found.faults, []);
    }),
    { numRuns: 1_000 },
  );
  ok(found.matched > found.compared / 10 && found.matched < found.compared, `${found.matched} of ${found.compared} matched`);
  ok(found.second > found.compared / 10, `re2js judged ${found.second}`);
});

test("The firewall runs references, atomic groups and longer looks as V8 does", () => {
  const sources = [
    String.raw`(a|b)(?:x\1)+`,
    String.raw`(?i)(a|b)-\1`,
    "(?>a|ab)(?:b|c)",
    "(?:a|ab)*+b",
    String.raw`(?=ab|b)\w(?!ba)`,
    "(?<=ab|b)a|(?<!aa)b",
    String.raw`(a*)b\1(?=-)`,
    "(?!(?:a+b){2})(a|b)+-",
    "(?:(a)|(b))+-",
  ];
  const found = agreement();
  for (const [index, source] of sources.entries()) {
    const random = createRandom(index);
    const near = valuesNear(parseSource(source, {}).tree, random, 300);
    const few = fc.sample(shortValue, { numRuns: 300, seed: index });
    compareEngines(source, [...near, ...few], found);
  }
  deepEqual(found.faults, []);
  ok(found.matched > 500, `${found.matched} matched`);
});

for (const [index, { says, source }] of SHAPES.entries()) {
  test(`The firewall finds what others find: ${says}`, () => {
    const found = agreement();
    compareEngines(source, valuesNear(parseSource(source, {}).tree, createRandom(index), 200), found);
    deepEqual(found.faults, []);
    ok(found.matched > 10, `${found.matched} of ${found.compared} matched`);
  });
}
