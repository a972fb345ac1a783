import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { test } from "node:test";
import { compilePattern, PatternProblem } from "../../src/pattern/index.ts";
import { CountingTrial } from "./trial.ts";

/** What the pattern captures in the value; undefined where it does not match. */
function run(
  source: string,
  value: string,
  options: { ignoreCase?: boolean; multiline?: boolean } = {},
): readonly (string | undefined)[] | undefined {
  const trial = new CountingTrial();
  const matched = compilePattern(source, { capture: true, ...options }).test(value, trial);
  equal(compilePattern(source, { capture: false, ...options }).test(value, new CountingTrial()), matched);
  return matched ? [...trial.captures] : undefined;
}

type Captures = readonly (string | undefined)[];
const NO = undefined;

const ROWS: readonly [says: string, source: string, value: string, captures: Captures | undefined][] = [
  ["a dot as every byte", "a.c", "a\nc", ["a\nc"]],
  ["a dot as all but a line break after (?-s)", "(?-s)a.c", "a\nc", NO],
  ["\\N as all but a line break", String.raw`a\Nc`, "a\nc", NO],
  ["a leading (?i)", "(?i)select", "SeLeCt", ["SeLeCt"]],
  ["(?i) behind ^", "^(?i)up", "UP.Browser", ["UP"]],
  ["(?i) from where it stands", "a(?i)b", "AB", NO],
  ["(?i) inside a group up to its end", "(?:(?i)a)b", "AB", NO],
  ["(?i) for the branches behind it", "(?:a(?i)b|c)", "C", ["C"]],
  ["a scoped (?i:…)", "(?i:a)b", "Ab", ["Ab"]],
  ["(?-i:…) within (?i)", "(?i)a(?-i:b)", "AB", NO],
  ["a class without case", "(?i)[a-c]+", "xABC", ["ABC"]],
  ["a negated class without case", "(?i)[^a]", "A", NO],
  ["letters above 0x7f with case, as PCRE does on bytes", "(?i)\xe9", "\xc9", NO],
  ["(?x) with blanks and a comment", "(?x) a b # c\n d", "abd", ["abd"]],
  ["\\x{hh}, \\xhh, \\ooo and \\o{…}", String.raw`\x{41}\x42\103\o{104}`, "ABCD", ["ABCD"]],
  ["\\x without digits as NUL", String.raw`\x`, "\0", ["\0"]],
  ["\\a, \\e, \\f, \\n, \\r, \\t, \\cA", String.raw`\a\e\f\n\r\t\cA`, "\x07\x1b\f\n\r\t\x01", ["\x07\x1b\f\n\r\t\x01"]],
  ["\\A and \\z", String.raw`\Aab\z`, "ab", ["ab"]],
  ["\\z as the very end", String.raw`a\z`, "a\n", NO],
  ["\\Z before the line break that ends the text", String.raw`a\Z`, "a\n", ["a"]],
  ["\\Z not before another", String.raw`a\Z`, "a\n\n", NO],
  ["$ as the very end", "a$", "a\n", NO],
  ["^ at the start only", "^b", "a\nb", NO],
  ["^ and $ at line breaks after (?m)", "(?m)^b$", "a\nb\nc", ["b"]],
  ["(?m)^ not behind the line break that ends the text", "(?m)^$", "a\n", NO],
  ["(?m) with \\r as no line break", "(?m)^b", "a\rb", NO],
  ["\\h and \\v", String.raw`\h\v`, "\xa0\x85", ["\xa0\x85"]],
  ["\\s as the blanks of ASCII", String.raw`^\s+$`, "\t\n\v\f\r ", ["\t\n\v\f\r "]],
  ["\\s not as 0xa0", String.raw`\s`, "\xa0", NO],
  ["\\w not as letters above 0x7f", String.raw`\w`, "\xe9", NO],
  ["\\Q…\\E", String.raw`\Qa.b\E+c`, "a.bbc", ["a.bbc"]],
  ["classes by name", "^[[:alpha:]][[:^digit:]][[:punct:]_]$", "aB_", ["aB_"]],
  ["] first in a class", "[]a]+", "]a", ["]a"]],
  ["[^] first", "[^]]", "]", NO],
  ["a hyphen at the end and behind a class", String.raw`^[a\d-z-]+$`, "a1-z", ["a1-z"]],
  ["\\b in a class as backspace", String.raw`[\b]`, "\b", ["\b"]],
  ["braces that are no count", "a{,3}b{", "a{,3}b{", ["a{,3}b{"]],
  ["counts", "^a{2}b{1,2}c{1,}$", "aabcc", ["aabcc"]],
  ["a lazy repeat", "<(.+?)>", "<a><b>", ["<a>", "a"]],
  ["a greedy repeat", "<(.+)>", "<a><b>", ["<a><b>", "a><b"]],
  ["groups that took no part", "(a)|(b)", "b", ["b", undefined, "b"]],
  ["the last round of a group", "(?:(a)|b)*", "ab", ["ab", "a"]],
  ["named groups", "(?<one>a)(?P<two>b)(?'three'c)", "abc", ["abc", "a", "b", "c"]],
  ["the first branch that matches", "(a|ab)(c|bcd)?", "abcd", ["abcd", "a", "bcd"]],
  ["the leftmost match", "b+|a", "xabbb", ["a"]],
  ["the edge of a word at both ends", String.raw`\bab\b`, "x ab", ["ab"]],
  ["no edge of a word", String.raw`a\B.`, "a- ab", ["ab"]],
  ["an edge in an empty text", String.raw`\b`, "", NO],
  ["\\B in an empty text", String.raw`\B`, "", [""]],
  ["a comment", "a(?#b)c", "ac", ["ac"]],
  ["a quantified place", "(?:^)*a", "ba", ["a"]],
  ["UTF-8 in a pattern as bytes", "\u2019", "\xe2\x80\x99", ["\xe2\x80\x99"]],
  ["bytes of UTF-8 in a class", "[\u2019]", "\x80", ["\x80"]],
  ["a look ahead at one byte", "a(?=b)", "aab", ["a"]],
  ["a look ahead at more", "a(?=bc)b", "abd abc", ["ab"]],
  ["a look ahead that must fail", String.raw`<\?(?!xml)`, "<?xml <?php", ["<?"]],
  ["a look behind of several lengths", "(?<!x|yz);", "x;yz;z;", [";"]],
  ["a look behind with a capture", "(?<=(ab))c", "abc", ["c", "ab"]],
  ["a reference", String.raw`(\w+) \1`, "ab cd cd", ["cd cd", "cd"]],
  ["a reference without case", String.raw`(?i)(a+)=\1`, "aA=Aa", ["aA=Aa", "aA"]],
  ["a reference by name and by distance", String.raw`(?<q>['"])x\k<q>(y)\g{-1}`, "'x'yy", ["'x'yy", "'", "y"]],
  ["a reference to a group that took no part as no match", String.raw`(?:(a)|b)\1`, "b", NO],
  ["a possessive repeat", "a++ab", "aaab", NO],
  ["an atomic group", "(?>a|ab)c", "abc", NO],
  ["a loop whose rounds may be empty", "(?:a*)*b", "aab", ["aab"]],
  ["such a loop where nothing else can run it", String.raw`(?:a*)*(b)\1`, "aabb", ["aabb", "b"]],
];

for (const [says, source, value, captures] of ROWS) {
  test(`The firewall reads ${says}`, () => {
    deepEqual(run(source, value), captures);
  });
}

test("The firewall compares without case where it is told so", () => {
  deepEqual(run("ab", "AB", { ignoreCase: true }), ["AB"]);
  deepEqual(run("^b$", "a\nb", { multiline: true }), ["b"]);
});

test("The firewall captures at most ten groups", () => {
  deepEqual(run("(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)", "abcdefghijk"), ["abcdefghijk", ..."abcdefghi"]);
});

const REFUSED: readonly [source: string, found: RegExp][] = [
  ["(a", /\( without its \)/],
  ["a)", /unmatched \)/],
  ["[a", /\[ without its \]/],
  ["*a", /nothing to repeat/],
  ["a{3,2}", /end is below its start/],
  ["a{70000}", /too large/],
  [`a${"{2}".repeat(20)}`, /repeats of one part/],
  ["[z-a]", /end is below its start/],
  ["[[:alfa:]]", /not known/],
  ["a\\", /backslash at the end/],
  ["\\K", /\\K/],
  ["\\R", /\\R/],
  ["[\\Qa\\E]", /in a class/],
  ["\\x{100}", /made of bytes/],
  ["(?R)", /not supported/],
  ["(?(1)a|b)", /not supported/],
  ["(*ACCEPT)", /verb/],
  ["(?J)a", /flag J/],
  ["\\1", /not open yet/],
  ["\\k<x>", /not open yet/],
  ["(?#a", /comment without/],
  ["(?<=a+)b", /look behind without an end/],
  ["(?:a{1000}){1000}", /more states/],
  [`${"(".repeat(300)}${")".repeat(300)}`, /deeper/],
];

for (const [source, found] of REFUSED) {
  test(`The firewall refuses the pattern ${source.slice(0, 24)} at load`, () => {
    throws(
      () => compilePattern(source, { capture: false }),
      (error) => {
        ok(error instanceof PatternProblem);
        match(error.message, found);
        return true;
      },
    );
  });
}
