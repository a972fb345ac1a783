import type { Trial } from "../operator/contract.ts";
import type { Needs } from "../text/needs.ts";

/** A PCRE pattern that cannot hold up the process: it is run by V8 only where that is proven or short enough to be harmless. */
export interface Pattern {
  /** As it was written. */
  readonly source: string;
  readonly needs: Needs;
  /** Fills the captures of `trial` (groups 0 … 9) where it was compiled with `capture`. Spends steps for what it reads. */
  test(value: string, trial: Trial): boolean;
  /** `linear`: the time any engine of ours takes grows with the length at most; `bounded`: V8 for short values, a linear engine for the rest. */
  readonly risk: "linear" | "bounded";
}

export interface PatternOptions {
  readonly capture: boolean;
  /** Compare ASCII letters without case, besides what the pattern says itself. */
  readonly ignoreCase?: boolean;
  /** `^` and `$` also at line breaks, as libmodsecurity compiles `rx` (ModSecurity 2 and the Core Rule Set do not). */
  readonly multiline?: boolean;
}
