import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createFinder, createScanner } from "../../src/scan/index.ts";

/** Few letters, both cases, bytes above 0x7f: short words meet often. */
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom("a", "b", "A", "B", "c", "\0", "\xe9", "\xc9", "["), maxLength });
const folded = (value: string): string => value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

function bitsOf(words: Uint32Array, groups: number): readonly boolean[] {
  return Array.from({ length: groups }, (_, group) => (((words[group >> 5] ?? 0) >>> (group & 31)) & 1) === 1);
}

test("The firewall finds in one pass exactly the groups that a search for each literal finds", () => {
  fc.assert(
    fc.property(fc.array(fc.array(text(5), { maxLength: 4 }), { maxLength: 40 }), text(40), (groups, value) => {
      const found = bitsOf(createScanner(groups).scan(value), groups.length);
      const expected = groups.map((literals) => literals.some((literal) => folded(value).includes(folded(literal))));
      deepEqual(found, expected);
    }),
    { numRuns: 1_000 },
  );
});

test("The firewall finds in a value what it finds in it alone, whatever it has scanned before", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(text(4), { maxLength: 4 }), { maxLength: 40 }),
      fc.array(text(20), { maxLength: 8 }),
      (groups, values) => {
        const scanner = createScanner(groups);
        for (const value of [...values, ...values]) deepEqual([...scanner.scan(value)], [...createScanner(groups).scan(value)]);
      },
    ),
    { numRuns: 200 },
  );
});

const ROWS: readonly [says: string, groups: readonly (readonly string[])[], value: string, found: readonly number[]][] = [
  ["a literal of one group inside one of another", [["select"], ["elect"], ["x"]], "SELECT", [0, 1]],
  ["the end of one literal that begins another", [["abc"], ["cd"]], "abcd", [0, 1]],
  ["a literal behind one that almost occurred", [["aab"]], "aaab", [0]],
  ["the same literal in two groups", [["on"], ["ON", "off"]], "on", [0, 1]],
  ["bytes above 0x7f as they are, without case", [["\xe9"], ["\xc9"]], "\xe9", [0]],
  ["nothing in nothing", [["a"]], "", []],
  ["an empty literal in everything", [[""], ["a"]], "", [0]],
  ["no group where none was given", [], "abc", []],
  ["a group without literals nowhere", [[], ["b"]], "b", [1]],
];

for (const [says, groups, value, found] of ROWS) {
  test(`The firewall finds ${says}`, () => {
    const bits = bitsOf(createScanner(groups).scan(value), groups.length);
    deepEqual(
      bits.flatMap((bit, group) => (bit ? [group] : [])),
      found,
    );
  });
}

test("The firewall keeps bits that are set already when it scans into words of the caller's", () => {
  const bits = new Uint32Array(1).fill(0b1000);
  createScanner([["a"], ["b"]]).scanInto("b", bits);
  equal(bits[0], 0b1010);
});

test("The firewall scans with more states than sixteen bits can number", () => {
  const words = Array.from({ length: 3_000 }, (_, index) => `w${index.toString(36)}-${(index * 7919).toString(36)}-end`);
  const scanner = createScanner(words.map((word) => [word]));
  for (const index of [0, 1, 1_500, 2_999]) {
    const found = bitsOf(scanner.scan(`x${words[index]?.toUpperCase()}`), words.length);
    equal(found.indexOf(true), index);
  }
});

test("The firewall finds the word that ends first, and the longest that ends there", () => {
  fc.assert(
    fc.property(fc.array(text(4), { maxLength: 8 }), text(30), fc.integer({ min: 1, max: 5 }), (words, value, headBytes) => {
      const finder = createFinder(words, headBytes);
      const found = finder.find(value);
      equal(finder.has(value), found !== undefined);
      deepEqual(found && [found.start, found.end], firstOf(words, value));
      if (found !== undefined) equal(folded(value.slice(found.start, found.end)), folded(words[found.word] ?? ""));
    }),
    { numRuns: 3_000 },
  );
});

function firstOf(words: readonly string[], value: string): readonly [number, number] | undefined {
  for (let end = 1; end <= value.length; end++) {
    const ending = words.filter((word) => word !== "" && folded(value.slice(0, end)).endsWith(folded(word)));
    const longest = Math.max(...ending.map((word) => word.length));
    if (ending.length > 0) return [end - longest, end];
  }
  return undefined;
}
