import { compilePattern, PatternProblem } from "../pattern/index.ts";
import { RuleProblem, type Selector, type Source } from "../rule/index.ts";
import { lowerAscii } from "../text/index.ts";
import type { Entry } from "./entry.ts";
import type { State } from "./state.ts";

/** Is the entry one of those that are meant? */
export type Picks = (entry: Entry, state: State) => boolean;

/** Names and patterns are compared without case, as ModSecurity does. */
export function compileSelector(select: Selector, source: Source): Picks {
  if (select.kind === "name") {
    const fold = lowerAscii(select.name);
    return (entry) => entry.fold === fold;
  }
  const pattern = compileNames(select.source, source);
  return (entry, state) => pattern.test(entry.key, state.plainTrial);
}

function compileNames(pattern: string, source: Source): ReturnType<typeof compilePattern> {
  try {
    return compilePattern(pattern, { capture: false, ignoreCase: true });
  } catch (error) {
    if (error instanceof PatternProblem) throw new RuleProblem(`/${pattern}/: ${error.message}`, source);
    throw error;
  }
}
