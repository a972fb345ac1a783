import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { builtinRules, loadRules, type RuleSet } from "../../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "waf-disk-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

mkdirSync(join(folder, "rules"));
mkdirSync(join(folder, "empty"));
file("rules/b.conf", 'SecAction "id:4,phase:1,pass,nolog"\n');
file("rules/a.conf", 'SecAction "id:3,phase:1,pass,nolog"\nSecRule REQUEST_BODY a "id:5,phase:1,deny"\n');
file("rules/c.data", "words\n");
const setup = file("setup.conf", 'SecRuleEngine DetectionOnly\nSecAction "id:1,phase:1,pass,nolog"\n');
const rules = [join(folder, "rules")];

function idsOf({ items }: RuleSet): readonly number[] {
  return items.flatMap((item) => ("marker" in item ? [] : [item.id]));
}

describe("The firewall loads rules from a disk", () => {
  test("in one order: what holds before, the set-up, the level, what the caller adds, the files of a folder by name", () => {
    const text = (id: number) => ({ name: "given", text: `SecAction "id:${id},phase:1,pass,nolog"\n` });
    deepEqual(idsOf(loadRules({ rules, setup, paranoia: 2, defaults: text(10), extra: text(11) })), [10, 1, 99_003, 11, 3, 5, 4]);
  });

  test("with the engine as the caller says, whatever the files do", () => {
    equal(loadRules({ rules, setup }).settings.engine, "detection-only");
    equal(loadRules({ rules, setup, engine: "on" }).settings.engine, "on");
    equal(loadRules({ engine: "detection-only" }).settings.engine, "detection-only");
  });

  test("and takes the built-in ones where none are named, or where both are asked for", () => {
    deepEqual(idsOf(loadRules({})), idsOf(builtinRules()));
    const both = idsOf(loadRules({ rules, withBuiltin: true }));
    deepEqual([3, 5, 4].filter((id) => !both.includes(id)), []); // biome-ignore format: one line
    ok(both.length > idsOf(builtinRules()).length);
  });

  test("and sets the built-in ones up by directives alone", () => {
    const text = "SecRequestBodyNoFilesLimit 1048576\nSecRuleRemoveById 9101101\n";
    const set = loadRules({ extra: { name: "limits", text } });
    deepEqual(idsOf(set), idsOf(builtinRules()).filter((id) => id !== 9_101_101)); // biome-ignore format: one line
    deepEqual(set.settings, { ...builtinRules().settings, requestBodyNoFilesBytesMax: 1_048_576 });
    deepEqual(set.remarks, []);
  });

  test("with remarks on rules that can do nothing", () => {
    deepEqual(loadRules({ rules }).remarks.map(({ source, text }) => [source.line, text]), [[2, "REQUEST_BODY has no value in phase 1: it comes in phase 2"]]); // biome-ignore format: one line
  });

  test("but never loads nothing without a word", () => {
    throws(() => loadRules({ rules: [] }), /rules names no file, so that nothing would be guarded/);
    throws(() => loadRules({ rules: [join(folder, "empty")] }), /holds no rule file; expected names that end in \.conf/);
    throws(() => loadRules({ rules: [join(folder, "nowhere")] }), { name: "RuleProblems", message: `"${join(folder, "nowhere")}" cannot be read: it is not there` }); // biome-ignore format: one line
    throws(() => loadRules({ rules, setup: join(folder, "nowhere.conf") }), { message: `"${join(folder, "nowhere.conf")}" cannot be read: it is not there` }); // biome-ignore format: one line
  });
});
