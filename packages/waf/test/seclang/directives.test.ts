import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DEFAULT_SETTINGS, type Settings } from "../../src/rule/index.ts";
import { FOREIGN_ROWS } from "../../src/seclang/foreign-directives.ts";
import { load, rulesOf } from "./names.ts";

const settingRows: readonly (readonly [text: string, settings: Partial<Settings>])[] = [
  ["SecRuleEngine Off", { engine: "off" }],
  ["secruleengine detectiononly", { engine: "detection-only" }],
  ["SecRequestBodyAccess Off", { requestBodyAccess: false }],
  ["SecResponseBodyAccess On", { responseBodyAccess: true }],
  ["SecRequestBodyLimit 1000", { requestBodyBytesMax: 1000 }],
  ["SecRequestBodyNoFilesLimit 1000", { requestBodyNoFilesBytesMax: 1000 }],
  ["SecRequestBodyLimitAction ProcessPartial", { requestBodyOverLimit: "process-partial" }],
  ["SecRequestBodyJsonDepthLimit 9", { requestBodyJsonDepthMax: 9 }],
  ["SecResponseBodyLimit 5", { responseBodyBytesMax: 5 }],
  ["SecResponseBodyLimitAction Reject", { responseBodyOverLimit: "reject" }],
  [
    "SecResponseBodyMimeType application/JSON (null)",
    { responseBodyTypes: ["text/plain", "text/html", "text/xml", "application/json", ""] },
  ],
  ["SecResponseBodyMimeTypesClear\nSecResponseBodyMimeType a/b\nSecResponseBodyMimeType a/b c/d", { responseBodyTypes: ["a/b", "c/d"] }],
  ['SecArgumentSeparator ";"', { argumentSeparator: ";" }],
  ["SecArgumentsLimit 7", { argumentsMax: 7 }],
  ["SecCollectionTimeout 60", { collectionTimeoutSeconds: 60 }],
  ['SecComponentSignature "A/1"\nSecComponentSignature B/2', { componentSignatures: ["A/1", "B/2"] }],
  ["", {}],
];

describe("The firewall takes settings from directives:", () => {
  for (const [text, settings] of settingRows) {
    test(text.replaceAll("\n", " / "), () => {
      const set = load(text);
      assert.deepEqual(set.settings, { ...DEFAULT_SETTINGS, ...settings });
      assert.deepEqual(set.remarks, []);
    });
  }
});

describe("The firewall says what becomes of a directive that means nothing inside a server:", () => {
  for (const { name, becomes, why, harmless, form } of FOREIGN_ROWS) {
    test(`${name}: ${becomes}`, () => {
      const text = `\n${name} "/some/value${form === undefined ? "" : " 1"}"`;
      if (form !== undefined) assert.throws(() => load(`${name} "/some/value"`), { name: "RuleProblems", message: `rules.conf:1: ${name}: found "/some/value"; expected ${form.expected}` }); // biome-ignore format: one line
      if (becomes === "refuse")
        assert.throws(() => load(text), { name: "RuleProblems", message: `rules.conf:2: ${name} cannot be obeyed: ${why}` });
      else assert.deepEqual(load(text).remarks, [{ source: { file: "rules.conf", line: 2 }, text: `${name} does nothing: ${why}` }]);
      for (const value of harmless ?? []) assert.deepEqual(load(`${name} ${value}`).remarks, []);
    });
  }
});

test("The firewall reads what stands under <IfModule> for ModSecurity, and passes over what stands there for when it is missing", () => {
  const text = (condition: string) =>
    `<IfModule ${condition}>\n<IfModule security2_module>\nSecAction "id:1"\n</IfModule>\n</IfModule>\nSecAction "id:2"`;
  const ids = (condition: string) => rulesOf(load(text(condition))).map(({ id }) => id);
  assert.deepEqual(ids("mod_security2.c"), [1, 2]);
  assert.deepEqual(ids("!mod_security2.c"), [2]);
  assert.deepEqual(ids('"security3_module"'), [1, 2]);
  assert.deepEqual(load("<IfModule !mod_security2.c>\n<Location /a>\nListen 80\n</Location>\n</IfModule>").items, []);
});

test("The firewall remarks on actions without a meaning and leaves them out", () => {
  const set = load("SecAction \"id:1,pause:100,append:'x',deprecatevar:ip.a=1/2,ctl:auditLogParts=+E,ctl:debugLogLevel=3\"");
  assert.deepEqual(set.remarks.map(({ text }) => text.replace(/ does nothing.*/, "")), ["pause", "append", "deprecatevar", "ctl:auditLogParts", "ctl:debugLogLevel"]); // biome-ignore format: one line
  assert.deepEqual(rulesOf(set)[0]?.actions, []);
});

test("The firewall remarks on a rule that ends a request in two ways", () => {
  assert.match(load('SecAction "id:1,deny,pass"').remarks[0]?.text ?? "", /of deny, pass the last one holds/);
});

/** What other engines take, and what becomes of it here. */
const LENIENT: readonly (readonly [sentence: string, text: string, remark: RegExp])[] = [
  ["a quote that never ends behind the actions", 'SecRule ARGS a "id:1,deny', /^the quote that starts at ""id:1,deny" never ends: it is taken to end with the line$/],
  ["a SecAction without an id", 'SecAction "pass"', /^this SecAction has no id; it goes by 990000000000000,/],
  ["a phase behind a chain", 'SecRule ARGS a "id:1,chain"\nSecRule ARGS b "phase:1"', /^phase does nothing on a rule behind a chain/],
  ["pass behind a chain", 'SecRule ARGS a "id:1,deny,chain"\nSecRule ARGS b "pass"', /^pass does nothing on a rule behind a chain/],
  ["what stands under another module", 'SecAction "id:1"\n<IfModule mod_headers.c>\nHeader unset A\n</IfModule>', /^<IfModule "mod_headers.c"> is passed over/],
  ["variables that are always empty", 'SecRule FILES_TMPNAMES a "id:1"', /^FILES_TMPNAMES never has a value: files stay in memory/],
]; // biome-ignore format: a table

for (const [sentence, text, remark] of LENIENT) {
  test(`The firewall takes ${sentence}, and says what becomes of it`, () => {
    const set = load(text);
    assert.equal(rulesOf(set).length, 1);
    assert.deepEqual(set.remarks.map(({ text: said }) => remark.test(said)), [true]); // biome-ignore format: one line
  });
}

test("The firewall reads what stands under <IfModule> for when another module is missing", () => {
  assert.equal(rulesOf(load('<IfModule !mod_headers.c>\nSecAction "id:1"\n</IfModule>')).length, 1);
});

test("The firewall takes the status and the jump of a chain from its last rule, where the first one names none", () => {
  const read = (first: string, last: string) =>
    rulesOf(
      load(`SecRule ARGS a "id:1,deny,chain${first}"\nSecRule ARGS b "t:none${last}"\nSecAction "id:2"\nSecMarker X\nSecMarker Y`),
    )[0];
  assert.deepEqual(read("", ",status:437,skipAfter:X")?.disruptive, { kind: "deny", status: 437 });
  assert.equal(read("", ",status:437,skipAfter:X")?.skipAfter, "X");
  assert.deepEqual(read(",status:404", ",status:437")?.disruptive, { kind: "deny", status: 404 });
  assert.throws(() => read(",skipAfter:X", ",skipAfter:Y"), /a jump or an end of the request on a rule behind a chain/);
});

test("The firewall keeps the lines of a SecDataset for the operators that name it", () => {
  const set = load('SecDataset bad `\n  one "quoted\n# SecRule in a comment\ntwo\\\n`\nSecRule ARGS a "id:1"\nSecDataset "o" `x`');
  const source = { file: "rules.conf", line: 6 };
  assert.equal(set.readData("dataset:bad", source), '\none "quoted\n# SecRule in a comment\ntwo\\\n');
  assert.equal(set.readData("dataset:o", source), "x");
  assert.equal(rulesOf(set).length, 1);
  assert.throws(() => set.readData("dataset:no", source), /rules\.conf:6: found no dataset "no"; expected the name of a SecDataset/);
  for (const text of ["SecDataset a", "SecDataset `a`", "SecDataset a `b\nSecRule ARGS a id:1", "SecDataset a `b` c"])
    assert.throws(() => load(text), /rules\.conf:1: SecDataset: found .*; expected a name, and lines between two backticks/, text);
});
