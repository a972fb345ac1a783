import { equal } from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readFtwFolder } from "../../src/command/ftw-run.ts";
import { runSuite } from "../../src/command/test-command.ts";

const REPOSITORY = join(dirname(fileURLToPath(import.meta.url)), "../../../..");

export interface Suite {
  readonly name: string;
  readonly rules: string;
  readonly setup: string;
  readonly tests: string;
  /** How many tests the suite has: a runner that loses some must not look well. */
  readonly count: number;
  /** Tests that fail, and why passing would be wrong: `title` to reason. A test that passes again has to leave the list. */
  readonly exceptions: Readonly<Record<string, string>>;
  /** What to say where the material is missing. */
  readonly hint: string;
}

/** One test for a whole suite: thousands of lines of output help nobody. */
export function testSuite(suite: Suite): void {
  const missing = [suite.rules, suite.setup, suite.tests].filter((path) => !existsSync(path));
  const skip = missing.length > 0 && `not run: ${missing.join(", ")} is not there (${suite.hint})`;
  test(`The firewall passes all ${suite.count} tests of ${suite.name} through its listener`, { skip, timeout: 300_000 }, async () => {
    const tests = readFtwFolder(suite.tests);
    equal(tests.length, suite.count);
    const results = await runSuite(tests, { rules: [suite.rules], setup: suite.setup }, () => undefined);
    const failed = results.filter((result) => result.faults.length > 0);
    const unexpected = failed.filter(({ test: { title } }) => !Object.hasOwn(suite.exceptions, title));
    equal(unexpected.map(({ test: { title, file }, faults }) => `${title} (${file}): ${faults.join("; ")}`).join("\n"), "");
    const failedTitles = new Set(failed.map(({ test: { title } }) => title));
    equal(
      Object.keys(suite.exceptions)
        .filter((title) => !failedTitles.has(title))
        .join(", "),
      "",
      "these pass now",
    );
  });
}

/** A path of the environment, else one beside the repository. */
export function placeOf(variable: string, besideRepository: string): string {
  return process.env[variable] ?? join(REPOSITORY, "..", besideRepository);
}
