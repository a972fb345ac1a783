import { runHead } from "./evaluate.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import type { Head, PhaseProgram } from "./program.ts";
import { note } from "./record.ts";
import { sift } from "./sift.ts";
import type { State } from "./state.ts";

const NO_CANDIDATES = new Uint32Array(0);

/** Runs the rules of one phase in order. `conclude` is told of what a rule asks for and says whether the phase goes on. */
export function runPhase(program: PhaseProgram, state: State, conclude: (outcome: Outcome) => "go-on" | "stop"): void {
  const { heads } = program;
  if (heads.length === 0) return;
  // With tracing every rule looks at every value, which also makes it the yardstick for the sieve.
  const isSieved = state.trace === undefined;
  const candidates = isSieved ? sift(program, state) : NO_CANDIDATES;
  let index = 0;
  while (index < heads.length) {
    const head = heads[index] as Head;
    index += 1;
    if (isSieved && head.sieved >= 0 && ((candidates[head.sieved >> 5] as number) & (1 << (head.sieved & 31))) === 0) continue;
    if (isSieved && head.gate !== undefined && !head.gate.isOpen(state)) continue;
    if (state.removals.isRemoved(head.number)) {
      state.trace?.({ kind: "removed", ruleId: head.rule.id });
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
