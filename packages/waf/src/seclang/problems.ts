import { type Remark, RuleProblem, RuleProblems, type Source } from "../rule/index.ts";

const PROBLEMS_MAX = 200;

/** What is wrong with a load and what is worth saying of it, gathered so that all of it can be told at once. */
export interface Problems {
  /** `source`: undefined where no file says it, but whoever loads. */
  add(source: Source | undefined, text: string): void;
  remark(source: Source, text: string): void;
  take(problem: RuleProblem): void;
  /** How many there are so far. */
  readonly count: number;
  /** Have so many been found that reading on helps nobody? */
  readonly isFull: boolean;
  readonly remarks: readonly Remark[];
  /** Tells another list of all of them. */
  handOver(to: Pick<Problems, "take" | "remark">): void;
  /** Throws all of them in one, if there are any. */
  raise(): void;
}

/** An empty list of problems. Keeps the first 200. */
export function createProblems(): Problems {
  const problems: RuleProblem[] = [];
  const remarks: Remark[] = [];

  function take(problem: RuleProblem): void {
    if (problems.length < PROBLEMS_MAX) problems.push(problem);
    else if (problems.length === PROBLEMS_MAX) problems.push(new RuleProblem("more problems were found; these are the first"));
  }

  return {
    add: (source, text) => take(new RuleProblem(text, source)),
    take,
    get count() {
      return problems.length;
    },
    remark(source, text) {
      remarks.push({ source, text });
    },
    get isFull() {
      return problems.length > PROBLEMS_MAX;
    },
    remarks,
    handOver(to) {
      for (const problem of problems) to.take(problem);
      for (const { source, text } of remarks) to.remark(source, text);
    },
    raise() {
      if (problems.length > 0) throw new RuleProblems(inOrder(problems));
    },
  };
}

/** File by file, and by line: actions are obeyed long after their rule was read. */
function inOrder(problems: readonly RuleProblem[]): RuleProblem[] {
  const files = [...new Set(problems.map(({ source }) => source?.file))];
  const place = ({ source }: RuleProblem): number => (source === undefined ? files.length : files.indexOf(source.file));
  return problems.toSorted((one, other) => place(one) - place(other) || (one.source?.line ?? 0) - (other.source?.line ?? 0));
}
