import { entriesOf, internEntry } from "./evaluate.ts";
import type { ClassPlan, PhaseProgram } from "./program.ts";
import type { State } from "./state.ts";
import { isTouched, type Side, type Sifted, type Value } from "./values.ts";

/**
 * The loops turned round: every distinct value is read once, and says of all tests of the phase at once which may be true of it.
 * The answer may name a test too many, never one too few.
 */
export function sift(program: PhaseProgram, state: State): Uint32Array {
  const candidates = new Uint32Array(program.words);
  for (const plan of program.plans) {
    for (const entry of entriesOf(state, plan.entries)) {
      const value = internEntry(state, entry, plan.entries);
      if (value.settled?.[plan.number] === true) continue;
      const isOpen = siftValue(plan, value, state, program.side, candidates);
      if (value.isKept && !isOpen) settle(value, plan);
    }
  }
  return candidates;
}

/** Tests are only ever struck out: what cannot be true of a text now will not be true of it in a later request. */
function settle(value: Value, plan: ClassPlan): void {
  value.settled ??= [];
  value.settled[plan.number] = true;
}

function siftValue(plan: ClassPlan, value: Value, state: State, side: Side, candidates: Uint32Array): boolean {
  let isOpen = join(candidates, state.values.sieved(value, side), plan.mask);
  if (!plan.isAlways && !isTouched(value, plan.touches)) return isOpen;
  for (const lane of plan.lanes) {
    const made = state.values.through(value, lane.chain);
    if (made !== value && join(candidates, state.values.sieved(made, side), lane.mask)) isOpen = true;
  }
  return isOpen;
}

/** Adds the tests of the mask that may be true; is there any? */
function join(candidates: Uint32Array, { found, by, failed }: Sifted, mask: Uint32Array): boolean {
  const { allowed, bits } = by;
  let all = 0;
  for (let word = 0; word < candidates.length; word += 1) {
    let more = (((found[word] as number) & (allowed[word] as number)) | (bits[word] as number)) & (mask[word] as number);
    if (failed !== undefined) more &= ~(failed[word] as number);
    all |= more;
    candidates[word] = (candidates[word] as number) | more;
  }
  return all !== 0;
}
