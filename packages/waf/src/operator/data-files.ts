import type { OperatorContext } from "./contract.ts";
import { dataLines } from "./phrases.ts";
import { refuse } from "./refuse.ts";

/** The lines of the dataset that an argument names: the reader of rules knows it under that prefix. */
export function readDatasetLines(operator: string, argument: string, { readData, source }: OperatorContext): readonly string[] {
  const name = argument.trim();
  if (name === "") refuse(`${operator} was given no dataset`, source);
  return dataLines(readData(`dataset:${name}`));
}

/** The lines of all files that an argument names, apart by blanks. Refuses addresses: rules are not loaded over the network. */
export function readDataLines(operator: string, argument: string, { readData, source }: OperatorContext): readonly string[] {
  const names = argument.split(/\s+/).filter((name) => name !== "");
  if (names.length === 0) refuse(`${operator} was given no file`, source);
  return names.flatMap((name) => {
    if (/^https?:/i.test(name))
      refuse(`${operator} ${name}: rules are not loaded over the network; save the file beside the rules and name it`, source);
    return dataLines(readData(name));
  });
}
