import type { Company } from "../pattern/index.ts";
import type { Source } from "../rule/index.ts";
import type { Needs } from "../text/needs.ts";

/** What a test may do while it looks at one value. */
export interface Trial {
  /** TX:0 … TX:9. Does nothing where the rule has no `capture`. */
  capture(index: number, text: string): void;
  /** Counts against the request's budget; throws `BudgetSpent` when it is gone. One step is about the reading of one byte. */
  spend(steps: number): void;
  /** GEO: what `geoLookup` has found, by the names of the reference manual. Absent where no source of places is given. */
  place?(facts: Readonly<Record<string, string>>): void;
}

export type Test = (value: string, trial: Trial) => boolean;

export interface BuiltOperator {
  readonly test: Test;
  readonly needs: Needs;
}

export interface OperatorContext {
  readonly source: Source;
  /** A data file named by a rule, as a byte string; throws RuleProblem when it is not there. */
  readonly readData: (name: string) => string;
  /** Does the rule use TX:0 … TX:9? A pattern that only has to say yes or no is cheaper. */
  readonly capture: boolean;
  /** The argument comes from macros, while a request waits: that it lists nothing is no mistake of whoever wrote the rule. */
  readonly isFilled?: true;
  /** Patterns of rules that look at the same values. */
  readonly company?: Company;
}

export interface Operator {
  /** As the reference manual spells it; looked up without case. */
  readonly name: string;
  /** Once at load, or once for each text a macro gives. Throws RuleProblem on an argument that cannot be meant. */
  build(argument: string, context: OperatorContext): BuiltOperator;
  /** What whoever loads a rule with that argument should know: it can never match here, or the argument is not what it looks like. */
  remark?(argument: string): string | undefined;
}
