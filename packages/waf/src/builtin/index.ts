// Rules of our own, so that a server is protected where no rule set is installed.
import { type RuleSet, ruleSet } from "../rule/index.ts";
import { builtinItems } from "./items.ts";
import type { Level } from "./numbers.ts";

export { withBuiltinRules } from "./together.ts";

export interface BuiltinOptions {
  /** 1: what no honest request has; each level above finds more and errs more. Absent: 1. */
  readonly paranoia?: Level;
}

/**
 * Leaves of a JSON body. An editor's document of 128 KB has some seven for each piece of text: thousands, most of them alike. The budget of a
 * request bounds what they may cost.
 */
const JSON_LEAVES_MAX = 10_000;

/** What a request may cost, in steps: somewhat more than the dearest of 128 KB that honest people send, which is a file of random bytes. */
const STEPS_MAX = 7_000_000;

/** The built-in rules up to a paranoia level. They refuse with 403 from a score of 5 on (`tx.builtin_threshold`), and unreadable bodies with 400. */
export function builtinRules({ paranoia = 1 }: BuiltinOptions = {}): RuleSet {
  return ruleSet(builtinItems(paranoia, "alone"), { jsonLeavesMax: JSON_LEAVES_MAX, stepsMax: STEPS_MAX });
}
