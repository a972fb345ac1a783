// Options that several commands share, spelled once.
import { numberOption } from "./arguments.ts";
import { type CommandOption, type Given, UsageProblem } from "./contract.ts";

export const RULES: CommandOption = { name: "rules", value: "DIR", summary: "folder (or file) with rules; all *.conf of it, by name" };
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

/** The single word that a command wants. */
export function oneWord(given: Given, what: string): string {
  const [word] = given.words;
  if (word === undefined || given.words.length > 1) throw new UsageProblem(`Expected ${what}, found ${given.words.length} words.`);
  return word;
}
