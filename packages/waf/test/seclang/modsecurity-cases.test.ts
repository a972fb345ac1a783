import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { RuleProblem } from "../../src/rule/index.ts";
import { loadRules, type RuleFiles } from "../../src/seclang/index.ts";
import { KNOWN } from "./names.ts";

// ModSecurity's own regression cases (test/test-cases of its repository): what its parser takes, ours takes, and what it refuses, ours refuses.
const folder = process.env["HOLDFAST_WAF_MODSECURITY"];
const regression = join(folder ?? "", "test-cases/regression");
const skip =
  (folder === undefined || !existsSync(regression)) &&
  "not run: HOLDFAST_WAF_MODSECURITY does not name the folder test of owasp-modsecurity/ModSecurity";

interface Case {
  readonly file: string;
  readonly title: string;
  readonly rules: string;
  readonly isRefused: boolean;
}

/** Refused here and taken there, by what the problem says: why taking it would be wrong. */
const REFUSED_HERE: readonly (readonly [problem: RegExp, why: string])[] = [
  [/SecRuleScript cannot be obeyed/, "no Lua inside a server"],
  [/exec: cannot be obeyed/, "no programs are started"],
  [/SecRemoteRules cannot be obeyed/, "no rules come over the network"],
  [/the chain is not finished/, "a chain without its end never matches: the rule is lost unseen"],
];

/** Taken here and refused there. */
const TAKEN_HERE: readonly (readonly [title: RegExp, why: string])[] = [
  [/SecDefaultAction: twice/, "ModSecurity 2 lets the later one hold for what follows"],
  [/unicode map file/, "the file is not read: its code page is built in"],
  [/ipMatchFromFile - file not found/, "the operator reads the file when the engine is built"],
];

describe("The firewall's parser agrees with ModSecurity's", { skip }, () => {
  const cases = skip === false ? readCases() : [];

  test("on every case that is not explained", () => {
    const wrong = cases.flatMap((one) => disagreement(one) ?? []);
    assert.deepEqual(wrong, []);
    // As of ModSecurity 3.0.14, and as the README says.
    const agreed = cases.filter((one) => (problemOf(one) !== undefined) === one.isRefused);
    assert.deepEqual([cases.length, agreed.length], [656, 619]);
  });

  test("and every explanation is needed", () => {
    const problems = cases.flatMap((one) => (one.isRefused ? [] : (problemOf(one) ?? [])));
    for (const [problem] of REFUSED_HERE) assert.ok(problems.some((text) => problem.test(text)), problem.source); // biome-ignore format: one line
    for (const [title] of TAKEN_HERE) assert.ok(cases.some((one) => one.isRefused && title.test(one.title)), title.source); // biome-ignore format: one line
  });
});

function disagreement(one: Case): string | undefined {
  const problem = problemOf(one);
  if ((problem !== undefined) === one.isRefused) return undefined;
  const isExplained =
    problem === undefined ? TAKEN_HERE.some(([title]) => title.test(one.title)) : REFUSED_HERE.some(([pattern]) => pattern.test(problem));
  return isExplained ? undefined : `${one.file}: ${one.title}: ${problem ?? "loaded"}`;
}

function problemOf({ rules }: Case): string | undefined {
  try {
    loadRules({ sources: [{ name: "case.conf", text: rules }], files: FILES, known: KNOWN });
    return undefined;
  } catch (error) {
    if (error instanceof RuleProblem) return error.message;
    throw error;
  }
}

/** The cases name their files from the folder of the tests. */
const FILES: RuleFiles = {
  readFile: (path) => readFileSync(join(folder ?? "", path), "latin1"),
  listFiles: (path) => readdirSync(join(folder ?? "", path)),
};

function readCases(): Case[] {
  const files = readdirSync(regression, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  return files.sort().flatMap((file) => {
    const read: unknown = JSON.parse(readFileSync(join(regression, file), "utf8"));
    return (Array.isArray(read) ? read : [read]).map((one: unknown) => readCase(one, file));
  });
}

function readCase(one: unknown, file: string): Case {
  assert.ok(typeof one === "object" && one !== null);
  const rules = "rules" in one && Array.isArray(one.rules) ? one.rules.join("\n") : "";
  const expected = "expected" in one ? one.expected : undefined;
  const isRefused = typeof expected === "object" && expected !== null && "parser_error" in expected && expected.parser_error !== undefined;
  return { file, title: "title" in one ? String(one.title) : "", rules, isRefused };
}
