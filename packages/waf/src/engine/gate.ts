import type { Link, Look } from "./program.ts";
import type { MatchedValue, State } from "./state.ts";
import type { Asked } from "./tests.ts";

/** The first rule of a chain when all it asks is one TX variable: hundreds of rules only compare a level that never changes. */
export interface Gate {
  /** Does the rule's test hold? `ask`: only the rule itself can tell. */
  answer(state: State): "yes" | "no" | "ask";
  /** What the rule matches where the answer is yes, until it is asked again. */
  readonly matched: MatchedValue[];
}

const COUNTS: readonly string[] = ["0", "1"];

/** Undefined where the rule asks more than one named TX variable, or where looking leaves traces. */
export function gateOf({ looks, asked, rule, stages }: Link, head: number): Gate | undefined {
  const [look] = looks;
  if (look === undefined || looks.length > 1 || look.txPlace < 0 || asked === undefined || !asked.isFixed) return undefined;
  if (rule.capture || stages.length > 1 || stages[0]?.steps.length !== 0) return undefined;
  return remember(asked, look, head);
}

/** The answer to the last text is kept: mostly it is the same one for every request. */
function remember(asked: Asked, { txPlace: place, isCount, shown }: Look, head: number): Gate {
  let lastText: string | undefined;
  let lastAnswer = false;
  let matched: MatchedValue[] = [];
  return {
    answer(state) {
      // `ctl` may have taken the variable away; the rule itself knows.
      if (state.removals.hasExceptions(head)) return "ask";
      const value = state.tx.get(place);
      const text = isCount ? COUNTS[value === undefined ? 0 : 1] : value;
      if (text === undefined) return "no";
      if (text !== lastText) {
        lastAnswer = asked.isMatch(text, state);
        lastText = text;
        matched = [{ name: shown, value: text }];
      }
      return lastAnswer ? "yes" : "no";
    },
    get matched() {
      return matched;
    },
  };
}
