import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { RuleProblem } from "../rule/index.ts";
import type { RuleFiles } from "../seclang/index.ts";

/** Rule and data files of this machine. */
export const DISK: RuleFiles = {
  readFile: (path) => readFileSync(path, "latin1"),
  listFiles: (folder) => readdirSync(folder),
};

/** The rule files that a path means: itself, or the `*.conf` of a folder, by name. Throws RuleProblem where a folder has none: nothing would be guarded. */
export function rulePaths(word: string): readonly string[] {
  // What is not there is told by whoever reads it, with everything else.
  if (statSync(word, { throwIfNoEntry: false })?.isDirectory() !== true) return [word];
  const names = readdirSync(word).filter((name) => name.endsWith(".conf"));
  if (names.length === 0) throw new RuleProblem(`${word} holds no rule file; expected names that end in .conf`);
  return names.toSorted().map((name) => join(word, name));
}
