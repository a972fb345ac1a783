import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { RuleProblem } from "../../src/rule/index.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { KNOWN, memoryFiles } from "./names.ts";

const SEED = `# a comment \\
SecDefaultAction "phase:2,log,deny,status:403"
SecRule ARGS|!ARGS:/^a|b$/|XML:/*|&TX:'it\\'s' "!@rx (?i)a\\"b\\\\\\\\c" \\
  "id:1,phase:2,block,capture,t:none,t:lowercase,\\
  msg:'a, \\'b\\'',tag:'x/y',severity:CRITICAL,setvar:'tx.a=+%{tx.b}',\\
  chain"
  SecRule TX:1 "@streq %{TX.2}" "setvar:!tx.a,expirevar:ip.a=60"
SecRule REQUEST_HEADERS:User-Agent "@pmFromFile a.data" "id:2,phase:1,pass,nolog,skipAfter:END,initcol:ip=%{remote_addr}"
SecAction "id:3,ctl:ruleRemoveTargetById=1;ARGS:pw,redirect:'http://a/',status:301"
SecMarker END
<IfModule mod_security2.c>
SecRuleUpdateTargetById 1:1 "!TX:a" TX
SecRuleUpdateActionById 2 "deny,msg:'x'"
SecRuleRemoveByTag ^x
</IfModule>
Include more/*.conf
SecRuleEngine On
SecAuditLogParts ABC
`;
const FILES = memoryFiles({ "more/a.conf": 'SecAction "id:9"' });
const PIECES = [
  '"', "'", "\\", "\\\\", "\n", "\\\n", ",", "|", ":", "/", "!", "&", "@", "%{", "}", "=", "=+", "#", "<", ">", "</IfModule>", " ", "\t", "\r", "\0", "\xff", "*", "[", "]",
  "SecRule ", "SecAction ", "SecMarker ", "Include ", "id:", "chain", "setvar:", "ctl:", "t:", "phase:", "skipAfter:", "ARGS", "1", "999999999999999999999", "__proto__", "constructor", "-", ";",
]; // biome-ignore format: a table

/** Cuts something out, puts something in, or writes a piece twice. */
const mutation = fc.record({ at: fc.nat(SEED.length), cut: fc.nat(12), copy: fc.nat(60), put: fc.constantFrom("", ...PIECES) });
const mutated = fc.array(mutation, { minLength: 1, maxLength: 8 }).map((list) => {
  let text = SEED;
  for (const { at, cut, copy, put } of list) text = text.slice(0, at) + put + text.slice(Math.max(0, at - copy), at) + text.slice(at + cut);
  return text;
});

/** A set, or problems that say where. Anything else is a fault of the parser. */
function loadAnything(text: string): void {
  try {
    loadRules({ sources: [{ name: "fuzz.conf", text }], files: FILES, known: KNOWN });
  } catch (error) {
    assert.ok(error instanceof RuleProblem, String(error));
    assert.ok(error.message.length > 0);
  }
}

describe("The firewall reads any text as rules or says what is wrong:", () => {
  test("the seed itself loads", () => {
    loadRules({ sources: [{ name: "seed.conf", text: SEED }], files: FILES, known: KNOWN });
  });

  test("rules with pieces cut out, put in and doubled", () => fc.assert(fc.property(mutated, loadAnything), { numRuns: 3_000 }));

  test("pieces of the language in any order", () =>
    fc.assert(fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((parts) => parts.join("")), loadAnything), { numRuns: 2_000 })); // biome-ignore format: one line

  test("any text at all", () => fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), loadAnything), { numRuns: 1_000 }));
});

// Long inputs that catch parsers which look ahead from every place: a quadratic reading of them would not end before the run is cut off.
const LONG = 300_000;
const longRows: readonly (readonly [what: string, text: string])[] = [
  ["quotes", `SecRule ARGS ${'"'.repeat(LONG)}`],
  ["backslashes", `SecRule ARGS "${"\\".repeat(LONG)}" "id:1"`],
  ["backslashes before quotes", `SecRule ARGS "${'\\"'.repeat(LONG)}" "id:1"`],
  ["open slashes", `SecRule ${"ARGS:/".repeat(900)} a "id:1"`],
  ["a long selector", `SecRule ARGS:/${"a".repeat(LONG)} a "id:1"`],
  ["colons and quotes", `SecRule ${":'".repeat(LONG)} a "id:1"`],
  ["colons and slashes", `SecRule ${":/".repeat(LONG)} a "id:1"`],
  ["colons, slashes and quotes in turn", `SecRule ${":/:'".repeat(LONG / 2)} a "id:1"`],
  ["colons and escaped slashes", `SecRule ${":/\\".repeat(LONG)} a "id:1"`],
  ["blanks", `SecRule${" ".repeat(LONG)}ARGS${" ".repeat(LONG)}a "id:1"`],
  ["blanks at line ends", `SecRule ARGS a "id:1"${" \t".repeat(LONG)}x\n`],
  ["commas", `SecAction "id:1${",".repeat(LONG)}"`],
  ["macros", `SecAction "id:1,setvar:tx.${"%{".repeat(LONG)}"`],
  ["open values", `SecAction "id:1,msg:${"='".repeat(LONG)}"`],
  ["continuations", `SecAction "id:1\\\n${" ,\\\n".repeat(LONG)}"`],
  ["ids", `SecRuleRemoveById ${"1 ".repeat(LONG)}`],
  ["stars", `Include ${"*a".repeat(5_000)}`],
  ["sections", "<IfModule mod_security2.c>\n".repeat(10_000)],
  ["a tag that is a pattern of many", `SecRuleRemoveByTag "${"(a".repeat(10_000)}"`],
  ["comments with backslashes", "# \\\n".repeat(LONG)],
  ["a negated selector of marks", `SecRule ${"!".repeat(LONG)}ARGS a "id:1"`],
  ["signs of equality", `SecAction "id:1,setvar:tx.a=${"=".repeat(LONG)}"`],
  [
    "jumps to nowhere among many rules",
    Array.from({ length: 20_000 }, (_, index) => `SecAction "id:${index + 1},skipAfter:${"abcdefghij".repeat(6)}${index}"`).join("\n"),
  ],
  ["removals and rules", `${'SecRuleRemoveByTag (a|b)+c\n'.repeat(300)}${'SecAction "id:1,tag:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"\n'.repeat(300)}`],
  ["chains", `${'SecRule ARGS a "id:1,chain"\n'.repeat(20_000)}`],
]; // biome-ignore format: a table

describe("The firewall reads long rule text in time that grows with its length:", { timeout: 20_000 }, () => {
  for (const [what, text] of longRows) test(what, () => loadAnything(text));
});
