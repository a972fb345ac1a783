import { RuleProblem, type RuleSet } from "../rule/index.ts";
import type { RuleFiles } from "./contract.ts";
import { besideFile } from "./glob.ts";
import { excerpt } from "./words.ts";

const DATA_BYTES_MAX = 67_108_864;

/** Reads the data files that rules name, each once, from the folder of the rule that names it. Limit: 64 MiB a file. */
export function createDataReader(files: RuleFiles): RuleSet["readData"] {
  const read = new Map<string, string>();
  return (name, from) => {
    const path = besideFile(name, from.file);
    const known = read.get(path);
    if (known !== undefined) return known;
    let text: string;
    try {
      text = files.readFile(path);
    } catch (error) {
      throw new RuleProblem(
        `the data file ${excerpt(name)} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        from,
      );
    }
    if (text.length > DATA_BYTES_MAX) throw new RuleProblem(`the data file ${excerpt(name)} holds more than ${DATA_BYTES_MAX} bytes`, from);
    read.set(path, text);
    return text;
  };
}
