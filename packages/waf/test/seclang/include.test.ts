import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { matchesGlob } from "../../src/seclang/glob.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { DISK } from "./material.ts";
import { KNOWN, load, memoryFiles, rulesOf } from "./names.ts";

function ids(text: string, files: Readonly<Record<string, string>>): number[] {
  return rulesOf(load(text, files)).map(({ id }) => id);
}

const AS_PATTERN: ReadonlyMap<string, string> = new Map([
  ["*", ".*"],
  ["?", "."],
  ["[!a]", "[^a]"],
]);

const FILES = {
  "a.conf": 'SecAction "id:1"',
  "sub/b.conf": 'SecAction "id:2"\nInclude c.conf',
  "sub/c.conf": 'SecAction "id:3"',
  "sub/d.conf.example": 'SecAction "id:4"',
  "sub/.hidden.conf": 'SecAction "id:5"',
  "other/e.conf": 'SecAction "id:6"',
  "root.conf": 'SecAction "id:7"',
  "other/up.conf": "Include root.conf",
};

const rows: readonly (readonly [text: string, ids: readonly number[]])[] = [
  ["Include a.conf", [1]],
  ['Include "a.conf"', [1]],
  ["Include sub/b.conf", [2, 3]],
  ["Include */[ce].conf", [6, 3]],
  ["Include sub/?.conf.example", [4]],
  ["Include sub/d.*", [4]],
  ["Include sub/.h*", [5]],
  ["IncludeOptional missing.conf", []],
  ["IncludeOptional missing/*.conf", []],
  ["Include other/up.conf", [7]],
];

describe("The firewall includes files, from the folder of the file that names them:", () => {
  for (const [text, expected] of rows) test(text, () => assert.deepEqual(ids(text, FILES), expected));

  test("in the order of their names", () => {
    const files = { "r/10.conf": 'SecAction "id:10"', "r/9.conf": 'SecAction "id:9"', "r/A.conf": 'SecAction "id:1"' };
    assert.deepEqual(ids("Include r/*.conf", files), [10, 9, 1]);
  });

  test("but no file that leads back to itself", () => {
    const files = { "a.conf": "Include b.conf", "b.conf": "Include a.conf" };
    assert.throws(() => load("Include a.conf", files), /b\.conf:1: "a\.conf" includes itself by way of rules\.conf -> a\.conf -> b\.conf/);
  });

  test("and not deeper than sixteen", () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`${index}.conf`, `Include ${index + 1}.conf`]));
    assert.throws(() => load("Include 0.conf", files), /files include each other more than 16 deep/);
  });

  test("an optional file that is there and cannot be read is a problem", () => {
    const files = {
      readFile: () => {
        throw Object.assign(new Error("permission denied"), { code: "EACCES" });
      },
      listFiles: () => [],
    };
    assert.throws(() => loadRules({ sources: [{ name: "r", text: "IncludeOptional a.conf" }], files, known: KNOWN }), /permission denied/);
  });

  test("a directive of more than a mebibyte is refused", () => {
    assert.throws(
      () => load(`SecAction "id:1,msg:'${"x".repeat(1_048_576)}'"`),
      /rules\.conf:1: the directive holds \d+ bytes; expected at most 1048576/,
    );
  });

  test("a file of more than 32 mebibytes is refused", () => {
    assert.throws(
      () => load("Include big", { big: "#\n".repeat(17_000_000) }),
      /big:1: the file holds 34000000 bytes; expected at most 33554432/,
    );
  });

  test("a rule of more than a thousand actions or variables is refused", () => {
    assert.throws(() => load(`SecAction "id:1${",tag:a".repeat(1_000)}"`), /more than 1000 actions/);
    assert.throws(() => load(`SecRule ${"ARGS|".repeat(1_001)}TX a "id:1"`), /more than 1000 variables/);
  });

  test("sources are taken in order, files and texts", () => {
    const sources = ["a.conf", { name: "x", text: 'SecAction "id:8"' }, "other/e*.conf"];
    const set = loadRules({ sources, files: memoryFiles(FILES), known: KNOWN });
    assert.deepEqual(rulesOf(set).map(({ id }) => id), [1, 8, 6]); // biome-ignore format: one line
  });
});

describe("The firewall reads data files beside the rule that names them", () => {
  const files = {
    "r/a.conf": 'SecRule ARGS "@pmFromFile words.data" "id:1"',
    "r/words.data": "x",
    "words.data": "wrong",
    "root.data": "y",
  };
  const set = () => load("Include r/a.conf", files);

  test("and from where the process stands when nothing is there", () => {
    const [rule] = rulesOf(set());
    assert.ok(rule !== undefined);
    assert.equal(set().readData("words.data", rule.source), "x");
    assert.equal(set().readData("root.data", rule.source), "y");
    assert.throws(() => set().readData("none.data", rule.source), /r\/a\.conf:1: the data file "none\.data" cannot be read: no such file/);
  });
});

describe("The firewall matches file names with stars", () => {
  test("as a pattern would", () => {
    const letter = fc.constantFrom("a", "b", "*", "?", "[ab]", "[!a]");
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 6 }), fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 }), (parts, name) => {
        const pattern = new RegExp(`^${parts.map((part) => AS_PATTERN.get(part) ?? part).join("")}$`);
        assert.equal(matchesGlob(name, parts.join("")), pattern.test(name));
      }),
    );
  });
});

describe("The firewall says of a file that it cannot read on a disk", () => {
  const rules = (text: string) => loadRules({ sources: [{ name: "/nowhere/at-all/rules.conf", text }], files: DISK, known: KNOWN });

  test("its whole path and why, in words", () => {
    const name = `/nowhere/${"long-".repeat(12)}name.conf`;
    assert.throws(() => rules(`Include ${name}`), { message: `/nowhere/at-all/rules.conf:1: "${name}" cannot be read: it is not there` });
    assert.throws(() => rules("Include /nowhere/*.conf"), /"\/nowhere\/\*\.conf": its folder is not there$/);
    assert.throws(() => rules("Include /"), /"\/" cannot be read: it is a folder; a folder is read as folder\/\*\.conf$/);
  });
});
