import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { compilePattern } from "../../src/pattern/index.ts";
import type { Needs } from "../../src/text/index.ts";

function needsOf(source: string): Needs {
  return compilePattern(source, { capture: false }).needs;
}

const LITERALS: readonly [says: string, source: string, literals: readonly string[]][] = [
  ["a word", "select", ["select"]],
  ["a word in both cases", "(?i)SeLect", ["select"]],
  ["the word of each branch", "(?:union|select)x*", ["select", "union"]],
  ["a word with a part that may be missing", "https?://", ["http://", "https://"]],
  ["small classes spelled out", "a[xy]z", ["axz", "ayz"]],
  ["a repeated group once", "(?:ab)+", ["ab"]],
  ["a counted group as often as it must stand", "(?:ab){2,}", ["abab"]],
  ["the rare word of two", "the.*xp_cmdsh", ["xp_cmdsh"]],
  ["the rarest part of a long word", "information_schema", ["on_schem"]],
  ["no word that holds another", "abc|xabcx", ["abc"]],
  ["a word between lazy gaps", "a?.*?qzx.*?b?", ["qzx"]],
  ["bytes of UTF-8", "\u2019s", ["\xe2\x80\x99s"]],
];

for (const [says, source, literals] of LITERALS) {
  test(`The firewall looks for ${says} before it runs a pattern`, () => {
    const needs = needsOf(source);
    deepEqual(needs.kind === "literals" && needs.literals, literals);
  });
}

test("The firewall asks for bytes where a pattern has no word", () => {
  const needs = needsOf(String.raw`[<>]\w*=`);
  equal(needs.kind, "bytes");
  const asked = [needs.kind === "bytes" ? needs.bytes : new Uint8Array(256), ...(needs.also ?? [])];
  deepEqual(
    asked.map((set) => [...set].flatMap((bit, code) => (bit === 1 ? [String.fromCharCode(code)] : []))),
    [["<", ">"], ["="]],
  );
});

test("The firewall asks for rare bytes besides words", () => {
  const needs = needsOf(String.raw`\b(?:concat|char|load_file)\s*\(`);
  equal(needs.kind, "literals");
  ok(needs.also?.some((set) => set[0x28] === 1 && set.reduce((sum, bit) => sum + bit) === 1));
});

for (const source of ["", "a*", "^$", ".", "(?:a|)b?", "^0?$", "(?=a)"]) {
  test(`The firewall always runs ${source === "" ? "the empty pattern" : source}, for it needs nothing`, () => {
    equal(needsOf(source).kind, "anything");
  });
}

test("The firewall asks for no literal of one byte, and in lower case only", () => {
  for (const source of ["A", "AB|C", "(?i)X[YZ]|W.?Q", "[a-c]D"]) {
    const needs = needsOf(source);
    if (needs.kind === "literals") for (const literal of needs.literals) ok(literal.length >= 2 && !/[A-Z]/.test(literal), literal);
  }
});
