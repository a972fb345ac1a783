import { runHead } from "./evaluate.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { Head, PhaseProgram } from "./program.ts";
import { note, noteJump } from "./record.ts";
import { sift } from "./sift.ts";
import type { State } from "./state.ts";

const NO_CANDIDATES = new Uint32Array(0);

/**
 * Runs the rules of one phase in order, from the one at `start`. `conclude` is told of what a rule asks for and says whether the phase
 * goes on.
 */
export function runPhase(program: PhaseProgram, state: State, start: number, conclude: (outcome: Outcome) => "go-on" | "stop"): void {
  const { heads, sieved } = program;
  if (heads.length === 0) return;
  // With tracing every rule looks at every value, which also makes it the yardstick for the sieve.
  const isSieved = state.trace === undefined;
  const candidates = isSieved ? sift(program, state) : NO_CANDIDATES;
  let index = start;
  while (index < heads.length) {
    if (isSieved && isPassedOver(sieved[index] as number, candidates)) {
      index += 1;
      continue;
    }
    const head = heads[index] as Head;
    index += 1;
    const answer = isSieved && head.gate !== undefined ? head.gate.answer(state) : "ask";
    if (answer === "no") continue;
    if (state.removals.isRemoved(head.number)) {
      state.trace?.({ kind: "removed", ruleId: head.rule.id });
      continue;
    }
    if (answer === "yes" && head.isMereJump && head.gate !== undefined) {
      noteJump(head, head.gate.matched, state);
      index = head.jump ?? index;
      continue;
    }
    if (!runHead(head, state)) continue;
    note(head, state);
    if (state.controls.engine === "off") return;
    if (conclude(outcomeOf(head.rule, head.location, state)) === "stop") return;
    if (head.jump === undefined) continue;
    state.trace?.({ kind: "jump", ruleId: head.rule.id, to: head.rule.skipAfter ?? String(head.rule.skip) });
    index = head.jump;
  }
}

function isPassedOver(test: number, candidates: Uint32Array): boolean {
  return test >= 0 && ((candidates[test >> 5] as number) & (1 << (test & 31))) === 0;
}
