import type { Pattern } from "../pattern/index.ts";
import { compilePattern, PatternProblem } from "../pattern/index.ts";
import type { BuiltOperator, Operator, OperatorContext } from "./contract.ts";
import { refuse } from "./refuse.ts";

/** The pattern matches somewhere in the value; TX:0 … TX:9 hold the match and its groups. */
export const rx: Operator = { name: "rx", build };

/** The same: TX:0 … TX:9 hold the first match. */
export const rxGlobal: Operator = { name: "rxGlobal", build };

function build(argument: string, context: OperatorContext): BuiltOperator {
  const pattern = compileFor(argument, context, context.capture);
  return { needs: pattern.needs, test: (value, trial) => pattern.test(value, trial) };
}

/** A pattern of a rule; what is wrong with it is told with file and line. */
export function compileFor(argument: string, { source, company }: OperatorContext, capture: boolean): Pattern {
  try {
    return compilePattern(argument, { capture, ...(company && { company }) });
  } catch (cause) {
    if (!(cause instanceof PatternProblem)) throw cause;
    return refuse(cause.message, source);
  }
}
