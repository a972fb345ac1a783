import assert from "node:assert/strict";
import { test } from "node:test";
import { matchesPattern, type PatternMatch, patternProblem } from "../../src/model/index.ts";

const ROWS: readonly (readonly [by: PatternMatch, pattern: string, text: string, expected: boolean])[] = [
  ["like", "a%", "abc", true],
  ["like", "a%", "Abc", false],
  ["like", "a_c", "abc", true],
  ["like", "a_c", "a😀c", true],
  ["like", "a_c", "ac", false],
  ["like", "%b%", "a\nb\nc", true],
  ["like", "a\\%", "a%", true],
  ["like", "a\\%", "ab", false],
  ["like", "a\\\\b", "a\\b", true],
  ["like", "a.c", "abc", false],
  ["like", "[a]", "a", false],
  ["like", "", "", true],
  ["like", "", "a", false],
  ["ilike", "ABC%", "abcd", true],
  ["ilike", "k", "\u212a", false],
  ["ilike", "É", "é", false],
  ["match", "b+", "abbc", true],
  ["match", "^b", "ab", false],
  ["match", "B", "b", false],
  ["imatch", "B", "b", true],
];

for (const [by, pattern, text, expected] of ROWS) {
  test(`Holdfast says that ${JSON.stringify(text)} ${expected ? "is" : "is not"} ${by} ${JSON.stringify(pattern)}`, () => {
    assert.equal(matchesPattern(by, pattern, text), expected);
    assert.equal(matchesPattern(by, pattern, text), expected, "the second time");
  });
}

const REFUSED: readonly (readonly [by: PatternMatch, pattern: string, problem: RegExp])[] = [
  ["match", "(", /not a regular expression in RE2/],
  ["match", "(?<!a)b", /not a regular expression in RE2/],
  ["match", "(a)\\1", /not a regular expression in RE2/],
  ["like", "a\\", /must not end with a backslash/],
  ["ilike", "a".repeat(1_001), /at most 1000 characters/],
];

for (const [by, pattern, problem] of REFUSED) {
  test(`Holdfast refuses ${by} ${pattern.slice(0, 20)}`, () => {
    assert.match(patternProblem(by, pattern) ?? "", problem);
    assert.throws(() => matchesPattern(by, pattern, "a"), problem);
  });
}

test("Holdfast finds nothing wrong with a good pattern", () => {
  assert.equal(patternProblem("match", "^[a-z]+$"), undefined);
});
