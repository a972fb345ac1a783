import type { Entry } from "./entry.ts";
import { entriesOf } from "./evaluate.ts";
import type { ClassPlan, PhaseProgram } from "./program.ts";
import type { State } from "./state.ts";
import type { Side, Sifted, Value } from "./value.ts";

/** Headers whose values nobody else should find in memory later. */
const SECRETS: ReadonlySet<string> = new Set(["authorization", "proxy-authorization", "x-api-key"]);
/** With so few entries, a rule that one of them made a candidate looks at all of them. */
const UNMARKED_ENTRIES_MAX = 4;
/** What asking for a value costs however short it is, in steps. */
const STEPS_PER_ENTRY = 200;
/** The names of a body with more members than this are not worth remembering. */
const KEPT_ENTRIES_MAX = 64;

/**
 * The loops turned round: every distinct value is read once, and says of all tests of the phase at once which may be true of it.
 * The answer may name a test too many, never one too few.
 */
export function sift(program: PhaseProgram, state: State): Uint32Array {
  const { words, side } = program;
  const candidates = new Uint32Array(words);
  state.marks.fill(undefined);
  for (const plan of program.plans) {
    state.rule = plan.rule;
    const entries = entriesOf(state, plan.entries);
    if (entries.length <= UNMARKED_ENTRIES_MAX) {
      for (const entry of entries) siftEntry(plan, entry, true, state, side, candidates, 0);
      continue;
    }
    const marks = new Uint32Array(entries.length * words);
    const isShort = entries.length <= KEPT_ENTRIES_MAX;
    for (let index = 0; index < entries.length; index += 1)
      siftEntry(plan, entries[index] as Entry, isShort, state, side, marks, index * words);
    for (let word = 0; word < marks.length; word += 1)
      candidates[word % words] = (candidates[word % words] as number) | (marks[word] as number);
    state.marks[plan.entries.number] = marks;
  }
  return candidates;
}

function siftEntry(plan: ClassPlan, entry: Entry, mayKeep: boolean, state: State, side: Side, marks: Uint32Array, at: number): void {
  entry.known ??= state.values.intern(entry.value, mayKeep && plan.entries.variable.isKept && !SECRETS.has(entry.fold));
  const value = entry.known;
  if (value.settled?.[plan.number] === true) return;
  state.budget.spend(STEPS_PER_ENTRY);
  const isOpen = siftValue(plan, value, state, side, marks, at);
  if (value.isKept && !isOpen) settle(value, plan);
}

/** Tests are only ever struck out: what cannot be true of a text now will not be true of it in a later request. */
function settle(value: Value, plan: ClassPlan): void {
  value.settled ??= [];
  value.settled[plan.number] = true;
}

function siftValue(plan: ClassPlan, value: Value, state: State, side: Side, marks: Uint32Array, at: number): boolean {
  let isOpen = false;
  state.values.read(value);
  for (const lane of plan.lanesFor(value.low, value.high, state.budget)) {
    state.rule = lane.rule;
    if (lane.isByWords && hasNone(state.values.sieved(value, side).found, lane.mask)) continue;
    if (lane.isNarrow && !value.isKept) {
      markAll(marks, at, lane.mask);
      isOpen = true;
      continue;
    }
    const made = state.values.through(value, lane.chain);
    if (join(marks, at, state.values.sieved(made, side), lane.mask)) isOpen = true;
  }
  return isOpen;
}

function hasNone(found: Uint32Array, mask: Uint32Array): boolean {
  for (let word = 0; word < mask.length; word += 1) if (((found[word] as number) & (mask[word] as number)) !== 0) return false;
  return true;
}

function markAll(marks: Uint32Array, at: number, mask: Uint32Array): void {
  for (let word = 0; word < mask.length; word += 1) marks[at + word] = (marks[at + word] as number) | (mask[word] as number);
}

/** Marks the tests of the mask that may be true, in the words from `at` on; is there any? */
function join(marks: Uint32Array, at: number, { found, by, failed }: Sifted, mask: Uint32Array): boolean {
  const { allowed, bits } = by;
  let all = 0;
  for (let word = 0; word < mask.length; word += 1) {
    let more = (((found[word] as number) & (allowed[word] as number)) | (bits[word] as number)) & (mask[word] as number);
    if (failed !== undefined) more &= ~(failed[word] as number);
    all |= more;
    marks[at + word] = (marks[at + word] as number) | more;
  }
  return all !== 0;
}
