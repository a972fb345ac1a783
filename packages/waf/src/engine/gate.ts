import type { Link } from "./program.ts";
import type { State } from "./state.ts";
import type { Asked } from "./tests.ts";

/** The first rule of a chain when all it asks is one TX variable: hundreds of rules only compare a level that never changes. */
export interface Gate {
  /** May the rule match? Where it says yes, the rule is run as any other. */
  isOpen(state: State): boolean;
}

const COUNTS: readonly string[] = ["0", "1"];

/** Undefined where the rule asks more than one named TX variable, or where looking leaves traces. */
export function gateOf({ looks, asked, rule, stages }: Link, head: number): Gate | undefined {
  const [look] = looks;
  if (look === undefined || looks.length > 1 || look.txPlace < 0 || asked === undefined || !asked.isFixed) return undefined;
  if (rule.capture || stages.length > 1 || stages[0]?.steps.length !== 0) return undefined;
  return remember(asked, look.txPlace, look.isCount, head);
}

/** The answer to the last text is kept: mostly it is the same one for every request. */
function remember(asked: Asked, place: number, isCount: boolean, head: number): Gate {
  let lastText: string | undefined;
  let lastAnswer = false;
  return {
    isOpen(state) {
      // `ctl` may have taken the variable away; the rule itself knows.
      if (state.removals.hasExceptions(head)) return true;
      const value = state.tx.get(place);
      const text = isCount ? COUNTS[value === undefined ? 0 : 1] : value;
      if (text === undefined) return false;
      if (text !== lastText) {
        lastAnswer = asked.isMatch(text, state);
        lastText = text;
      }
      return lastAnswer;
    },
  };
}
