import type { Value } from "./value.ts";

/** Texts that are remembered across transactions, with what was learned about them. */
export interface Memory {
  get(text: string): Value | undefined;
  add(value: Value): void;
  /** A kept value now leads to a text that is not kept itself, but lives as long. */
  charge(characters: number): void;
}

/** Longer texts are not remembered. */
export const KEPT_LENGTH_MAX = 512;
/** Texts in each of the two generations, and characters of them and of what was made of them. */
const KEPT_VALUES_MAX = 4_096;
const KEPT_CHARACTERS_MAX = 2_097_152;

/** Two generations of remembered texts: when the younger is full, the older is forgotten as a whole. */
export function createMemory(): Memory {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  let characters = 0;
  const charge = (more: number): void => {
    characters += more;
    if (young.size < KEPT_VALUES_MAX && characters < KEPT_CHARACTERS_MAX) return;
    old = young;
    young = new Map();
    characters = 0;
  };
  const add = (value: Value): void => {
    charge(value.text.length);
    young.set(value.text, value);
  };
  return {
    add,
    charge,
    get(text) {
      const value = young.get(text);
      if (value !== undefined) return value;
      const aged = old.get(text);
      if (aged !== undefined) add(aged);
      return aged;
    },
  };
}
