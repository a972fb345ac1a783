import type { Source } from "./rule.ts";

/** A rule that cannot be loaded: says where it stands, what was found and what was expected. */
export class RuleProblem extends Error {
  readonly source: Source | undefined;
  constructor(message: string, source?: Source) {
    super(source === undefined ? message : `${source.file}:${source.line}: ${message}`);
    this.name = "RuleProblem";
    this.source = source;
  }
}

/** Everything that is wrong with a rule set, in the order it was read: nobody has to load twenty times to mend twenty lines. */
export class RuleProblems extends RuleProblem {
  readonly problems: readonly RuleProblem[];
  constructor(problems: readonly RuleProblem[]) {
    super(problems.map((problem) => problem.message).join("\n"));
    this.name = "RuleProblems";
    this.problems = problems;
  }
}
