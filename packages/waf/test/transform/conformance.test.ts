import assert from "node:assert/strict";
import { test } from "node:test";
import { findTransform } from "../../src/transform/index.ts";
import { DOCS } from "../docs.ts";
import { judgeCases, readCases, suiteFolder } from "../text/language-tests.ts";
import { SUITES } from "./exceptions.ts";

for (const { title, variable, folder, exceptions } of SUITES) {
  const { path, skip } = suiteFolder(variable, folder);
  test(`The firewall transforms as ${title} say`, { skip }, (t) => {
    const outcome = judgeCases(
      readCases(path, "file"),
      exceptions,
      ({ name, input, output }) => findTransform(name)?.apply(input) === output,
    );
    t.diagnostic(`${outcome.passed} of ${outcome.total} transformation cases of ${title} pass`);
    assert.deepEqual(outcome.surprises, []);
    assert.ok(DOCS.includes(`${count(outcome.passed)} of ${count(outcome.total)}`), "the documents say how many pass");
  });
}

function count(cases: number): string {
  return cases.toLocaleString("en-US");
}
