import type { Entry } from "./entry.ts";
import { BLOCK_ENTRIES, entriesOf } from "./evaluate.ts";
import type { ClassPlan, PhaseProgram } from "./program.ts";
import type { State } from "./state.ts";
import type { Side, Sifted, Value } from "./values.ts";

/** Headers whose values nobody else should find in memory later. */
const SECRETS: ReadonlySet<string> = new Set(["authorization", "proxy-authorization", "x-api-key"]);
/** The names of a body with more members than this are not worth remembering. */
const KEPT_ENTRIES_MAX = 64;

/**
 * The loops turned round: every distinct value is read once, and says of all tests of the phase at once which may be true of it.
 * The answer may name a test too many, never one too few.
 */
export function sift(program: PhaseProgram, state: State): Uint32Array {
  const candidates = new Uint32Array(program.words);
  state.blocks.fill(undefined);
  for (const plan of program.plans) {
    const entries = entriesOf(state, plan.entries);
    const isKept = plan.entries.variable.isKept && entries.length <= KEPT_ENTRIES_MAX;
    if (entries.length <= BLOCK_ENTRIES) siftEntries(plan, entries, isKept, state, program.side, candidates);
    else siftBlocks(plan, entries, isKept, state, program.side, candidates);
  }
  return candidates;
}

/** Of many entries, rules that one of them made a candidate need not look at all. */
function siftBlocks(plan: ClassPlan, entries: readonly Entry[], isKept: boolean, state: State, side: Side, candidates: Uint32Array): void {
  const blocks: Uint32Array[] = [];
  for (let start = 0; start < entries.length; start += BLOCK_ENTRIES) {
    const block = new Uint32Array(candidates.length);
    siftEntries(plan, entries.slice(start, start + BLOCK_ENTRIES), isKept, state, side, block);
    for (let word = 0; word < block.length; word += 1) candidates[word] = (candidates[word] as number) | (block[word] as number);
    blocks.push(block);
  }
  state.blocks[plan.entries.number] = blocks;
}

function siftEntries(plan: ClassPlan, entries: readonly Entry[], isKept: boolean, state: State, side: Side, candidates: Uint32Array): void {
  for (const entry of entries) {
    entry.known ??= state.values.intern(entry.value, isKept && !SECRETS.has(entry.fold));
    const value = entry.known;
    if (value.settled?.[plan.number] === true) continue;
    const isOpen = siftValue(plan, value, state, side, candidates);
    if (value.isKept && !isOpen) settle(value, plan);
  }
}

/** Tests are only ever struck out: what cannot be true of a text now will not be true of it in a later request. */
function settle(value: Value, plan: ClassPlan): void {
  value.settled ??= [];
  value.settled[plan.number] = true;
}

function siftValue(plan: ClassPlan, value: Value, state: State, side: Side, candidates: Uint32Array): boolean {
  let isOpen = join(candidates, state.values.sieved(value, side), plan.mask);
  for (const lane of plan.lanesFor(value.low, value.high, state.budget)) {
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
