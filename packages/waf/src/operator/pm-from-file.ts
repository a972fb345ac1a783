import type { BuiltOperator, Operator, OperatorContext } from "./contract.ts";
import { readDataLines, readDatasetLines } from "./data-files.ts";
import { buildPhrases } from "./pm.ts";

/** As `pm`, with the words in files: one on each line. */
export const pmFromFile: Operator = { name: "pmFromFile", build };

export const pmf: Operator = { name: "pmf", build };

/** As `pm`, with the words of a SecDataset (Coraza). */
export const pmFromDataset: Operator = {
  name: "pmFromDataset",
  build: (argument, context) => buildPhrases(readDatasetLines("@pmFromDataset", argument, context), context),
};

function build(argument: string, context: OperatorContext): BuiltOperator {
  return buildPhrases(readDataLines("@pmFromFile", argument, context), context);
}
