import type { BuiltOperator, Operator, OperatorContext } from "./contract.ts";
import { readDataLines } from "./data-files.ts";
import { buildPhrases } from "./pm.ts";

/** As `pm`, with the words in files: one on each line. */
export const pmFromFile: Operator = { name: "pmFromFile", build };

export const pmf: Operator = { name: "pmf", build };

function build(argument: string, context: OperatorContext): BuiltOperator {
  return buildPhrases(readDataLines("@pmFromFile", argument, context), context);
}
