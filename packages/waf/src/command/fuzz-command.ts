import { loadRuleFiles } from "../disk/index.ts";
import { type FuzzResult, type FuzzSubject, fuzzPatterns } from "../pattern/index.ts";
import type { Rule, RuleSet } from "../rule/index.ts";
import { excerpt } from "../text/index.ts";
import { numberOption } from "./arguments.ts";
import type { Command } from "./contract.ts";
import { JSON_OUT, PARANOIA, RULES, ruleSourceOf, SETUP } from "./options.ts";
import { table } from "./table.ts";

const ROUNDS = 60;
const ROUNDS_MAX = 100_000;
const SEED = 1;
const SEED_MAX = 999_999_999;
const SHOWN = 20;
/** A value twice as long may cost twice as much; what is beyond is the scatter of a drawn value, and after that a fault. */
const GROWTH_MAX = 3;
const CELL_CHARACTERS = 48;

export const fuzzCommand: Command = {
  name: "fuzz-patterns",
  summary: "Attack every pattern of the rules with values that cost it most, and print the worst.",
  options: [
    RULES,
    SETUP,
    PARANOIA,
    { name: "rounds", value: "N", summary: `values tried for each pattern (default ${ROUNDS})` },
    { name: "seed", value: "N", summary: `the same seed gives the same values (default ${SEED})` },
    JSON_OUT,
  ],
  run: async (given, console) => {
    const subjects = patternsOf(loadRuleFiles(ruleSourceOf(given)));
    const results = fuzzPatterns(subjects, {
      seed: numberOption(given, "seed", { from: 0, to: SEED_MAX }) ?? SEED,
      rounds: numberOption(given, "rounds", { from: 1, to: ROUNDS_MAX }) ?? ROUNDS,
    });
    const grown = results.filter((result) => result.growth > GROWTH_MAX);
    if (given.has("json")) console.print(JSON.stringify(results.map(rowOf), undefined, 2));
    else {
      console.print(table([["pattern", "steps per byte", "growth", "engine", "value"], ...results.slice(0, SHOWN).map(cellsOf)]));
      console.print(`${results.length} patterns; ${grown.length} cost more than ${GROWTH_MAX} times as much for a value twice as long.`);
    }
    return grown.length === 0 ? 0 : 1;
  },
};

/** All `rx` of a rule set, once each. Those with macros are known only while a request is there. */
function patternsOf(rules: RuleSet): readonly FuzzSubject[] {
  const subjects = new Map<string, FuzzSubject>();
  for (const item of rules.items) {
    if ("marker" in item) continue;
    for (const link of [item, ...item.chain]) {
      const source = patternOf(link);
      if (source !== undefined && !subjects.has(source)) subjects.set(source, { source, capture: link.capture, name: String(item.id) });
    }
  }
  return [...subjects.values()];
}

function patternOf({ operator }: Rule): string | undefined {
  return operator !== undefined && operator.name === "rx" && !operator.argument.includes("%{") ? operator.argument : undefined;
}

function rowOf({ subject, stepsPerByte, growth, engine, value }: FuzzResult) {
  return { rule: subject.name, pattern: subject.source, stepsPerByte, growth, engine, value };
}

function cellsOf({ subject, stepsPerByte, growth, engine, value }: FuzzResult): readonly (string | number)[] {
  const made = [value.head, ...value.pieces, value.tail].join("");
  return [`rule ${subject.name}`, Math.round(stepsPerByte), Math.round(growth * 10) / 10, engine, excerpt(made, CELL_CHARACTERS)];
}
