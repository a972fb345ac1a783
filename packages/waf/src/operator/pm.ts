import { createFinder } from "../scan/index.ts";
import type { BuiltOperator, Operator, OperatorContext } from "./contract.ts";
import { needsAnyOf } from "./needs.ts";
import { splitPhrases } from "./phrases.ts";
import { refuse } from "./refuse.ts";

/** One of the words of the argument, apart by blanks, stands somewhere in the value, case aside; `|41 42|` in a word is bytes. */
export const pm: Operator = {
  name: "pm",
  build(argument, context): BuiltOperator {
    const words = splitPhrases(argument);
    if (words.length === 0 && context.isFilled === undefined) refuse("@pm was given no word to look for", context.source);
    return buildPhrases(words, context);
  },
};

/** All words in one automaton; TX:0 holds the first that is found, as it stands in the value. */
export function buildPhrases(words: readonly string[], { capture }: OperatorContext): BuiltOperator {
  const finder = createFinder(words);
  return {
    needs: needsAnyOf(words),
    test(value, trial) {
      trial.spend(value.length);
      if (!capture) return finder.has(value);
      const found = finder.find(value);
      if (found === undefined) return false;
      trial.capture(0, value.slice(found.start, found.end));
      return true;
    },
  };
}
