import type { Rule } from "../rule/index.ts";

/** The rules of a set by the number of their place: chains count as one. */
export interface Heads {
  readonly count: number;
  /** The numbers of the rules that are meant, found when they are first asked for. */
  where(isMeant: (rule: Rule) => boolean): () => readonly number[];
}

/** Numbers the rules in their order. */
export function createHeads(rules: readonly Rule[]): Heads {
  return {
    count: rules.length,
    where(isMeant) {
      let numbers: readonly number[] | undefined;
      return () => {
        numbers ??= rules.flatMap((rule, number) => (isMeant(rule) ? [number] : []));
        return numbers;
      };
    },
  };
}
