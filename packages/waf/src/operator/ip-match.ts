import { createAddressSet } from "./address-set.ts";
import type { BuiltOperator, Operator, OperatorContext } from "./contract.ts";
import { readDataLines, readDatasetLines } from "./data-files.ts";
import { ANYTHING } from "./needs.ts";
import { refuse } from "./refuse.ts";

/** The value is an address in one of the networks, which stand apart by commas. */
export const ipMatch: Operator = {
  name: "ipMatch",
  build: (argument, context) => buildSet("@ipMatch", argument.split(","), context),
};

/** As `ipMatch`, with the networks in files: one on each line. */
export const ipMatchFromFile: Operator = { name: "ipMatchFromFile", build: buildFromFile };

export const ipMatchF: Operator = { name: "ipMatchF", build: buildFromFile };

/** As `ipMatch`, with the networks of a SecDataset (Coraza). */
export const ipMatchFromDataset: Operator = {
  name: "ipMatchFromDataset",
  build: (argument, context) => buildSet("@ipMatchFromDataset", readDatasetLines("@ipMatchFromDataset", argument, context), context),
};

function buildFromFile(argument: string, context: OperatorContext): BuiltOperator {
  return buildSet("@ipMatchFromFile", readDataLines("@ipMatchFromFile", argument, context), context);
}

function buildSet(operator: string, written: readonly string[], { source, isFilled }: OperatorContext): BuiltOperator {
  const entries = written.map((entry) => entry.trim()).filter((entry) => entry !== "");
  if (entries.length === 0 && isFilled === undefined) refuse(`${operator} was given no address`, source);
  const set = createAddressSet(entries, operator, source);
  return { needs: ANYTHING, test: (value) => set.has(value) };
}
