import type { OperatorContext } from "./contract.ts";
import { dataLines } from "./phrases.ts";
import { refuse } from "./refuse.ts";

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
