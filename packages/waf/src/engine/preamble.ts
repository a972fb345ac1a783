import { runHead } from "./evaluate.ts";
import type { Head, Program } from "./program.ts";
import { type Note, note } from "./record.ts";
import type { MatchedValue, State } from "./state.ts";

/**
 * What the first rules of phase 1 do before any rule looks at the request. Rule sets begin with dozens of rules that give their settings
 * default values; they come to the same for every request.
 */
export interface Preamble {
  /** The place of the first rule that may look at a request. */
  readonly start: number;
  readonly held: readonly (string | undefined)[];
  readonly notes: readonly Note[];
  readonly matched: MatchedValue[];
}

/** Runs the rules that come to the same for every request, once. `state` is that of no request, and is not used again. */
export function runPreamble(program: Program, state: State): Preamble {
  const { heads } = program.phases[1];
  let start = 0;
  while (start < heads.length) {
    const head = heads[start] as Head;
    const answer = head.gate?.answer(state) ?? "ask";
    if (answer !== "no" && !head.isInner) break;
    start += 1;
    if (answer === "no" || !runHead(head, state)) continue;
    note(head, state);
    start = head.jump ?? start;
  }
  return { start, held: state.tx.held().slice(), notes: state.notes.slice(), matched: state.matched };
}
