import { RuleProblem, type RuleSet, type Source } from "../rule/index.ts";
import type { RuleFiles } from "./contract.ts";
import { besideFile } from "./glob.ts";
import { reason } from "./reason.ts";
import { quotePath } from "./words.ts";

/** Files of places are the largest that rules name. */
const DATA_BYTES_MAX = 134_217_728;

/** Reads the data files that rules name, each once, from the folder of the rule that names it. Limit: 128 MiB a file. */
export function createDataReader(files: RuleFiles): RuleSet["readData"] {
  const read = new Map<string, string>();
  return (name, from) => {
    const beside = besideFile(name, from.file);
    const known = read.get(beside);
    if (known !== undefined) return known;
    const text = readFirst(files, [beside, name], name, from);
    if (text.length > DATA_BYTES_MAX)
      throw new RuleProblem(`the data file ${quotePath(name)} holds more than ${DATA_BYTES_MAX} bytes`, from);
    read.set(beside, text);
    return text;
  };
}

/** Beside the rule's file, then where the process stands, as libmodsecurity looks. */
function readFirst(files: RuleFiles, paths: readonly string[], name: string, from: Source): string {
  let why = "";
  for (const path of paths) {
    try {
      return files.readFile(path);
    } catch (error) {
      if (why === "") why = reason(error);
    }
  }
  throw new RuleProblem(`the data file ${quotePath(name)} cannot be read: ${why}`, from);
}
