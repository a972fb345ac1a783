import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { compilePattern, fuzzPatterns } from "../../src/pattern/index.ts";
import { parseSource } from "../../src/pattern/parse-source.ts";
import { createRandom } from "../../src/pattern/random.ts";
import { type Agreement, compareEngines } from "./agreement.ts";
import { RULE_SETS } from "./rule-sets.ts";
import { CountingTrial } from "./trial.ts";
import { valuesNear } from "./values.ts";

/** Values for each pattern; the environment may ask for more. */
const VALUES = Number(process.env["HOLDFAST_WAF_PATTERN_VALUES"] ?? 24);
const LENGTH = 131_072;
/** What hurt these rule sets in backtracking engines, by public reports: repeated bytes and pieces. */
const ATTACKS = [
  "<",
  "-",
  "\n",
  " ",
  "a",
  "0",
  "=",
  "(",
  "'",
  "\\",
  "/",
  "a=",
  "' or ",
  "select ",
  "$(",
  "%u",
  "{{",
  "<a ",
  "\r\n",
  "\0",
  "\xff",
];

for (const set of RULE_SETS) {
  const skip = set.missing ?? false;

  test(`The firewall reads every pattern of ${set.name}`, { skip }, () => {
    const patterns = set.read();
    ok(patterns.length >= set.atLeast, `${patterns.length} patterns`);
    for (const { source } of patterns) compilePattern(source, { capture: true });
  });

  test(`The firewall finds with the patterns of ${set.name} what V8 and re2js find`, { skip }, () => {
    const found: Agreement = { faults: [], matched: 0, compared: 0, second: 0 };
    for (const { id, source } of set.read())
      compareEngines(source, valuesNear(parseSource(source, {}).tree, createRandom(id), VALUES), found);
    deepEqual(found.faults, []);
    ok(found.matched > found.compared / 4, `${found.matched} of ${found.compared} matched`);
    ok(found.second > found.compared / 20, `re2js judged ${found.second}`);
  });

  test(`The firewall reads 128 KiB with any pattern of ${set.name} in linear time, whatever is repeated`, { skip }, () => {
    for (const { id, source } of set.read()) {
      const pattern = compilePattern(source, { capture: false });
      if (pattern.risk === "bounded") continue;
      for (const attack of ATTACKS) {
        const trial = new CountingTrial();
        pattern.test(attack.repeat(LENGTH / 8 / attack.length), trial);
        ok(trial.steps < LENGTH, `${id}: ${trial.steps} steps on ${JSON.stringify(attack)}`);
      }
    }
  });

  test(`The firewall's fuzzer finds no value on which a pattern of ${set.name} costs more than linear time`, { skip }, () => {
    const subjects = set.read().map(({ id, source }) => ({ name: String(id), source, capture: false }));
    const results = fuzzPatterns(subjects, { seed: 4, rounds: 12, length: 512 });
    const worse = results.filter(({ growth, engine }) => engine !== "backtracker" && growth > 2.2);
    deepEqual(
      worse.map(({ subject, growth }) => `${subject.name}: ${growth}`),
      [],
    );
  });
}
