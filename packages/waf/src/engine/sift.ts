import { entriesOf, internEntry } from "./evaluate.ts";
import type { ClassPlan, PhaseProgram } from "./program.ts";
import type { State } from "./state.ts";
import { isTouched, type Side, type Value } from "./values.ts";

/**
 * The loops turned round: every distinct value is read once, and says of all tests of the phase at once which may be true of it.
 * The answer may name a test too many, never one too few.
 */
export function sift(program: PhaseProgram, state: State, candidates: Uint32Array): void {
  candidates.fill(0);
  for (const plan of program.plans) {
    for (const entry of entriesOf(state, plan.entries))
      siftValue(plan, internEntry(state, entry, plan.entries), state, program.side, candidates);
  }
}

function siftValue(plan: ClassPlan, value: Value, state: State, side: Side, candidates: Uint32Array): void {
  join(candidates, state.values.sieved(value, side), plan.mask);
  if (!plan.isAlways && !isTouched(value, plan.touches)) return;
  for (const lane of plan.lanes) {
    const made = state.values.through(value, lane.chain);
    if (made !== value) join(candidates, state.values.sieved(made, side), lane.mask);
  }
}

function join(candidates: Uint32Array, bits: Uint32Array, mask: Uint32Array): void {
  for (let word = 0; word < candidates.length; word += 1)
    candidates[word] = (candidates[word] as number) | ((bits[word] as number) & (mask[word] as number));
}
