// Options that several commands share, spelled once.
import type { RuleSource } from "../disk/index.ts";
import { numberOption } from "./arguments.ts";
import { type CommandOption, type Given, UsageProblem } from "./contract.ts";

export const RULES: CommandOption = {
  name: "rules",
  value: "DIR",
  summary: "folder (or file) with rules; all *.conf of it, by name (default: the built-in rules)",
};
export const BUILTIN: CommandOption = { name: "builtin", value: undefined, summary: "the built-in rules as well as those of --rules" };
export const SETUP: CommandOption = {
  name: "setup",
  value: "FILE",
  summary: "set-up that is loaded before the rules, e.g. crs-setup.conf",
};
export const PARANOIA: CommandOption = { name: "paranoia", value: "N", summary: "paranoia level 1 to 4; rules above it are not loaded" };
export const JSON_OUT: CommandOption = { name: "json", value: undefined, summary: "print JSON" };

export function paranoiaOf(given: Given): 1 | 2 | 3 | 4 | undefined {
  const level = numberOption(given, "paranoia", { from: 1, to: 4 });
  return level === 1 || level === 2 || level === 3 || level === 4 ? level : undefined;
}

/** What the shared options say of the rules. */
export function ruleSourceOf(given: Given): RuleSource {
  const rules = given.text("rules");
  return {
    rules: rules === undefined ? undefined : [rules],
    setup: given.text("setup"),
    paranoia: paranoiaOf(given),
    withBuiltin: given.has("builtin"),
  };
}

/** The single word that a command wants. */
export function oneWord(given: Given, what: string): string {
  const [word] = given.words;
  if (word === undefined || given.words.length > 1) throw new UsageProblem(`Expected ${what}, found ${given.words.length} words.`);
  return word;
}
