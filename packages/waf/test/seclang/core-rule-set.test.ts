import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { loadRules, printRules } from "../../src/seclang/index.ts";
import { loadFolder, RULE_FOLDERS } from "./material.ts";
import { KNOWN, memoryFiles, rulesOf } from "./names.ts";
import { withoutSources } from "./sources.ts";

for (const folder of RULE_FOLDERS) {
  describe(`The firewall loads ${folder.name}`, { skip: folder.skip }, () => {
    test("without a problem, and remarks on nothing but settings of the audit log and blocks without a default", () => {
      const set = loadFolder(folder);
      assert.ok(rulesOf(set).length > 600);
      const remarks = new Set(set.remarks.map(({ text }) => text.replace(/:.*/, "")));
      assert.deepEqual([...remarks].filter((text) => !["ctl", "block lets everything pass here"].includes(text)), []); // biome-ignore format: one line
    });

    test("with every data file that a rule names", () => {
      const set = loadFolder(folder);
      const links = rulesOf(set).flatMap((rule) => [rule, ...rule.chain]);
      const named = links.flatMap(({ operator, source }) =>
        operator?.name === "pmFromFile" ? operator.argument.split(/\s+/).map((name) => ({ name, source })) : [],
      );
      assert.ok(named.length > 10);
      for (const { name, source } of named) assert.ok(set.readData(name, source).length > 0);
    });

    test("and prints it so that it reads back the same", () => {
      const set = loadFolder(folder);
      const printed = loadRules({ sources: ["printed.conf"], files: memoryFiles({ "printed.conf": printRules(set) }), known: KNOWN });
      assert.deepEqual(withoutSources(printed.items), withoutSources(set.items));
      assert.deepEqual(printed.settings, set.settings);
    });
  });
}
