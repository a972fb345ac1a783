import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { findOperator } from "../../src/operator/index.ts";
import { RuleProblem } from "../../src/rule/index.ts";
import { type Exception, judgeCases, type LanguageCase, readCases, suiteFolder } from "../text/language-tests.ts";

const NO_NETWORK: Exception = {
  name: "ipMatch",
  input: /./,
  param: "10.0.0.0/100",
  reason: "IPv4 has 32 bits: a rule that can never match is refused where it is written",
};

const SUITES = [
  {
    title: "the language tests of SecRules",
    variable: "HOLDFAST_WAF_LANGUAGE_TESTS",
    folder: "operators",
    exceptions: [
      NO_NETWORK,
      {
        name: "validateByteRange",
        input: /./s,
        param: "xxx",
        reason: "`xxx` is no range: the reference reads it as byte 0 and refuses all others",
      },
    ],
  },
  {
    title: "Coraza's copies of them",
    variable: "HOLDFAST_WAF_CORAZA",
    folder: "internal/operators/testdata",
    exceptions: [
      NO_NETWORK,
      {
        name: "ipMatch",
        input: "0000:0000:0000:0000:0000:ffff:ffff:ffff",
        param: "0:0::/80",
        reason: "the first 80 bits are zero, so the address is in the network; the SecRules suite says so too",
      },
      { name: "validateSchema", input: /^/, reason: "no schema is read: the operator is refused at load" },
    ],
  },
] as const;

for (const { title, variable, folder, exceptions } of SUITES) {
  const { path, skip } = suiteFolder(variable, folder);
  test(`The firewall judges values as ${title} say`, { skip }, (t) => {
    const outcome = judgeCases(readCases(path, "case"), exceptions, (each) => passes(each, path));
    t.diagnostic(`${outcome.passed} of ${outcome.total} operator cases of ${title} pass`);
    assert.deepEqual(outcome.surprises, []);
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
