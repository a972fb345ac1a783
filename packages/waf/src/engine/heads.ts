import type { Rule } from "../rule/index.ts";

/** One byte for each rule of a set, 1 where it is meant. */
export type HeadMask = Uint8Array;

/** The rules of a set by the number of their place: chains count as one. */
export interface Heads {
  /** The rules that are meant, found when they are first asked for. */
  where(isMeant: (rule: Rule) => boolean): () => HeadMask;
}

/** Numbers the rules in their order. */
export function createHeads(rules: readonly Rule[]): Heads {
  return {
    where(isMeant) {
      let mask: HeadMask | undefined;
      return () => {
        mask ??= Uint8Array.from(rules, (rule) => (isMeant(rule) ? 1 : 0));
        return mask;
      };
    },
  };
}
