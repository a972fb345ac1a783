import { didYouMean } from "../rule/index.ts";
import type { KnownNames } from "./contract.ts";

/** Names looked up without case, given back as the reference manual spells them. */
export interface NameTable {
  find(name: string): string | undefined;
  /** ` (did you mean "…"?)` or nothing. */
  hint(name: string): string;
}

export interface Names {
  readonly operators: NameTable;
  readonly transforms: NameTable;
  readonly variables: NameTable;
}

/** The tables of the engine's names, made once for a load. */
export function createNames(known: KnownNames): Names {
  return {
    operators: createNameTable(known.operators),
    transforms: createNameTable(known.transforms),
    variables: createNameTable(known.variables),
  };
}

/** One table of names. */
export function createNameTable(names: Iterable<string>): NameTable {
  const spelled = new Map<string, string>();
  for (const name of names) spelled.set(name.toLowerCase(), name);
  return { find: (name) => spelled.get(name.toLowerCase()), hint: (name) => didYouMean(name, spelled.values()) };
}
