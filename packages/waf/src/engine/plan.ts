import type { Rule } from "../rule/index.ts";
import type { ClassPlan, EntryClass, Head, Lane } from "./program.ts";
import type { Chain, Sieve, Step } from "./values.ts";

export interface Planning {
  readonly steps: readonly Step[];
  readonly sieve: Sieve;
  /** Plans are counted through all phases. */
  readonly firstNumber: number;
}

/** Answers kept for values with the same classes of bytes, for each plan. */
const ANSWERS_MAX = 1_024;
/** What an answer that is not kept yet costs, in steps. */
const STEPS_PER_ANSWER = 500;
const HIGH_FACTOR = 2 ** 32;

/** Collects, for each class of entries, which chains of transformations lead to which tests of sieved rules. */
export function planPhase(heads: readonly Head[], planning: Planning): readonly ClassPlan[] {
  const lanes = new Map<EntryClass, Map<Chain, Lane>>();
  for (const { rule, links, sieved } of heads) {
    const [link] = links;
    if (sieved < 0 || link === undefined) continue;
    for (const { entries } of link.looks)
      for (const chain of link.stages) raise(laneOf(lanes, entries, chain, rule, planning.sieve.words).mask, sieved);
  }
  return [...lanes].map(([entries, byChain], index) => makePlan(planning.firstNumber + index, entries, byChain, planning));
}

function laneOf(lanes: Map<EntryClass, Map<Chain, Lane>>, entries: EntryClass, chain: Chain, rule: Rule, words: number): Lane {
  const byChain = lanes.get(entries) ?? new Map<Chain, Lane>();
  lanes.set(entries, byChain);
  const lane = byChain.get(chain) ?? { chain, rule, mask: new Uint32Array(words) };
  byChain.set(chain, lane);
  return lane;
}

function makePlan(number: number, entries: EntryClass, byChain: ReadonlyMap<Chain, Lane>, planning: Planning): ClassPlan {
  const mask = new Uint32Array(planning.sieve.words);
  for (const lane of byChain.values()) {
    lane.mask.forEach((bits, word) => {
      mask[word] = (mask[word] ?? 0) | bits;
    });
  }
  const all = [...byChain.values()];
  const changing = all.filter(({ chain }) => chain.steps.length > 0);
  return { number, entries, mask, rule: all[0]?.rule, lanesFor: chooser(changing, planning) };
}

interface Course {
  readonly lane: Lane;
  readonly tests: readonly number[];
}

function chooser(lanes: readonly Lane[], planning: Planning): ClassPlan["lanesFor"] {
  const courses = lanes.map((lane): Course => ({ lane, tests: testsOf(lane.mask) }));
  const answers = new Map<number, readonly Lane[]>();
  return (low, high, budget) => {
    const key = (low >>> 0) + high * HIGH_FACTOR;
    const known = answers.get(key);
    if (known !== undefined) return known;
    budget.spend(STEPS_PER_ANSWER);
    if (answers.size >= ANSWERS_MAX) answers.clear();
    const made = courses.filter((course) => isLive(course, low, high, planning)).map(({ lane }) => lane);
    answers.set(key, made);
    return made;
  };
}

/** Follows the classes of bytes through the chain: where a step changes anything, what it may put in is added. */
function isLive({ lane, tests }: Course, ofLow: number, ofHigh: number, { steps, sieve }: Planning): boolean {
  let low = ofLow;
  let high = ofHigh;
  let isChanged = false;
  for (const number of lane.chain.steps) {
    const step = steps[number];
    if (step === undefined || (!step.isAlways && ((low & step.touches.low) | (high & step.touches.high)) === 0)) continue;
    isChanged = true;
    low |= step.gives.low;
    high |= step.gives.high;
  }
  return isChanged && tests.some((test) => sieve.isPossible(test, low, high));
}

function testsOf(mask: Uint32Array): readonly number[] {
  return Array.from({ length: mask.length * 32 }, (_, test) => test).filter((test) => ((mask[test >> 5] ?? 0) & (1 << (test & 31))) !== 0);
}

function raise(mask: Uint32Array, test: number): void {
  mask[test >> 5] = (mask[test >> 5] ?? 0) | (1 << (test & 31));
}
