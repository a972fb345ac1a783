import type { Pair } from "../http/index.ts";
import { lowerAscii } from "../text/index.ts";
import type { Value } from "./value.ts";

/** One member of a variable: `ARGS:id` with its value. A variable that is no collection has one entry without a key. */
export interface Entry {
  readonly key: string;
  /** The key in lower case (ASCII): keys are compared without case. */
  readonly fold: string;
  readonly value: string;
  /** The value among the texts of the transaction, once it was asked for. */
  known: Value | undefined;
}

export const NO_ENTRIES: readonly Entry[] = [];

/** An entry, its key folded. */
export function entry(key: string, value: string): Entry {
  return { key, fold: lowerAscii(key), value, known: undefined };
}

/** The only entry of a variable that is no collection. */
export function single(value: string): readonly Entry[] {
  return [{ key: "", fold: "", value, known: undefined }];
}

/** One entry for each pair, in their order. */
export function fromPairs(pairs: readonly Pair[]): readonly Entry[] {
  return pairs.map(([key, value]) => entry(key, value));
}

/** The keys of entries as entries of their own. */
export function namesOf(entries: readonly Entry[]): readonly Entry[] {
  return entries.map(({ key, fold }) => ({ key, fold, value: key, known: undefined }));
}
