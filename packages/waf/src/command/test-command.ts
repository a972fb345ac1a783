import type { Server } from "node:http";
import { loadRuleFiles, type RuleSource } from "../disk/index.ts";
import type { Command, Console } from "./contract.ts";
import type { FtwTest } from "./ftw-contract.ts";
import { type FtwResult, readFtwFolder, runFtw } from "./ftw-run.ts";
import { JSON_OUT, oneWord, RULES, SETUP } from "./options.ts";
import { startServer } from "./server.ts";
import { table } from "./table.ts";

const ID_HEADER = "x-matched-rules";

/** What CRS's own tests count on (tests/regression/README.md there): every level on, nothing blocked, limits low enough to be passed. */
const TEST_SETTINGS = {
  name: "(settings of the test command)",
  text: `
SecRuleEngine DetectionOnly
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html text/xml application/json
SecAction "id:99004,phase:1,pass,nolog,\\
  setvar:tx.crs_validate_utf8_encoding=1,setvar:tx.arg_name_length=100,setvar:tx.arg_length=400,\\
  setvar:tx.total_arg_length=64000,setvar:tx.max_num_args=255,setvar:tx.max_file_size=64100,setvar:tx.combined_file_sizes=65535"
SecAction "id:99005,phase:1,pass,nolog,ctl:ruleRemoveById=910000"
`,
};

export const testCommand: Command = {
  name: "test",
  words: "DIR",
  summary: "Run a folder of CRS-style YAML tests through the real listener.",
  options: [RULES, SETUP, JSON_OUT],
  run: async (given, console) => {
    const tests = readFtwFolder(oneWord(given, "a folder of tests"));
    const rules = given.text("rules");
    const results = await runSuite(
      tests,
      { rules: rules === undefined ? undefined : [rules], setup: given.text("setup") },
      console.progress,
    );
    console.progress("");
    if (rules === undefined) console.complain("There is no --rules: it is the built-in rules that were tested.");
    report(results, given.has("json"), console);
    return results.every((result) => result.faults.length === 0) ? 0 : 1;
  },
};

/** Runs tests against a listener of its own, with the settings that CRS's tests count on. */
export async function runSuite(
  tests: readonly FtwTest[],
  source: Pick<RuleSource, "rules" | "setup">,
  progress: (text: string) => void,
): Promise<readonly FtwResult[]> {
  const rules = loadRuleFiles({ ...source, paranoia: 4, extra: TEST_SETTINGS });
  const records = new Map<number, Parameters<Parameters<typeof startServer>[0]["record"]>[0]>();
  const server = await startServer({ rules, paranoia: undefined, port: 0, upstream: undefined, idHeader: ID_HEADER, record: (record) => records.set(record.remotePort, record) }); // biome-ignore format: one line
  try {
    const recordOf = (port: number) => {
      const record = records.get(port);
      records.delete(port);
      return record;
    };
    return await runFtw(tests, { port: portOf(server.http), idHeader: ID_HEADER, recordOf }, (done) =>
      progress(`${done} of ${tests.length}`),
    );
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function report(results: readonly FtwResult[], asJson: boolean, console: Console): void {
  const failed = results.filter((result) => result.faults.length > 0);
  if (asJson) {
    const failures = failed.map(({ test, faults }) => ({ title: test.title, file: test.file, description: test.description, faults }));
    console.print(JSON.stringify({ tests: results.length, passed: results.length - failed.length, failures }, undefined, 2));
    return;
  }
  const rows = [...byFamily(results)].map(([family, counts]) => [family, counts.passed, counts.tests]);
  console.print(table([["family", "passed", "tests"], ...rows]));
  for (const { test, faults } of failed) console.print(`${test.title} (${test.file}): ${faults.join("; ")}`);
  console.print(`${results.length - failed.length} of ${results.length} passed.`);
}

function byFamily(results: readonly FtwResult[]): ReadonlyMap<string, { passed: number; tests: number }> {
  const families = new Map<string, { passed: number; tests: number }>();
  for (const { test, faults } of results) {
    const counts = families.get(test.family) ?? { passed: 0, tests: 0 };
    counts.tests++;
    if (faults.length === 0) counts.passed++;
    families.set(test.family, counts);
  }
  return families;
}
