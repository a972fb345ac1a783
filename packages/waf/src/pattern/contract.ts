import type { Trial } from "../operator/contract.ts";
import type { Needs } from "../text/needs.ts";
import type { Company } from "./company.ts";

/**
 * A PCRE pattern that cannot hold up the process. V8's own engine never runs it: its time depends on what the value's author
 * wishes. A table-driven machine says yes or no at about one step a byte, and whatever costs more is spent from the budget first.
 */
export interface Pattern {
  /** As it was written. */
  readonly source: string;
  readonly needs: Needs;
  /** Fills the captures of `trial` (groups 0 … 9) where it was compiled with `capture`. Spends steps for what it reads. */
  test(value: string, trial: Trial): boolean;
  /**
   * `linear`: steps grow with the length of the value at most. `bounded`: the pattern has references, atomic groups or looks at
   * more than one byte; values that a linear machine cannot rule out cost as many steps as it takes, up to the budget.
   */
  readonly risk: "linear" | "bounded";
  /** What the tables of its engines take at the moment; they are built as values come. */
  memoryBytes(): number;
  /** Gives those tables back; they are built again as values come. */
  forget(): void;
}

export interface PatternOptions {
  readonly capture: boolean;
  /** Compare ASCII letters without case, besides what the pattern says itself. */
  readonly ignoreCase?: boolean;
  /** `^` and `$` also at line breaks, as libmodsecurity compiles `rx` (ModSecurity 2 and the Core Rule Set do not). */
  readonly multiline?: boolean;
  /** Patterns that are asked of the same values, to be tried together where that is cheaper. */
  readonly company?: Company;
}
