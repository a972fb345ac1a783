import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findOperator } from "../../src/operator/index.ts";
import { RuleProblem } from "../../src/rule/index.ts";
import { DOCS } from "../docs.ts";
import { judgeCases, type LanguageCase, readCases, suiteFolder } from "../text/language-tests.ts";
import { SUITES } from "./exceptions.ts";

for (const { title, variable, folder, exceptions } of SUITES) {
  const { path, skip } = suiteFolder(variable, folder);
  test(`The firewall judges values as ${title} say`, { skip }, (t) => {
    const outcome = judgeCases(readCases(path, "case"), exceptions, (each) => passes(each, path));
    t.diagnostic(`${outcome.passed} of ${outcome.total} operator cases of ${title} pass`);
    assert.deepEqual(outcome.surprises, []);
    assert.ok(DOCS.includes(`${count(outcome.passed)} of ${count(outcome.total)}`), "the documents say how many pass");
  });
}

/** A rule that is refused at load matches nothing and passes nothing. */
function passes({ file, name, input, param, ret }: LanguageCase, folder: string): boolean {
  const readData = (path: string): string => readFileSync(`${folder}/op/${path.split("/").at(-1)}`, "latin1");
  try {
    const built = findOperator(name)?.build(param, { source: { file, line: 1 }, capture: true, readData });
    return built?.test(input, { capture: () => undefined, spend: () => undefined }) === ret;
  } catch (cause) {
    if (cause instanceof RuleProblem) return false;
    throw cause;
  }
}

function count(cases: number): string {
  return cases.toLocaleString("en-US");
}
