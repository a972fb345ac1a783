import type { Rule } from "../rule/index.ts";
import { type ByteMask, EVERY_BYTE, joinMasks, NO_BYTE } from "./alphabet.ts";
import type { ClassPlan, EntryClass, Head, Lane } from "./program.ts";
import type { Chain, Sieve, Step } from "./value.ts";

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
/** Up to so many tests are asked at once: a test reads a text about as fast as the scan that would spare it. */
const NARROW_TESTS_MAX = 2;
const UNCHANGED: Chain = { steps: [], touches: NO_BYTE, isAlways: false };

/** Collects, for each class of entries, which chains of transformations lead to which tests of sieved rules. */
export function planPhase(heads: readonly Head[], planning: Planning): readonly ClassPlan[] {
  const courses = new Map<EntryClass, Map<Chain, Course>>();
  for (const { rule, links, sieved } of heads) {
    const [link] = links;
    if (sieved < 0 || link === undefined) continue;
    for (const { entries } of link.looks) for (const chain of link.stages) courseOf(courses, entries, chain, rule).tests.add(sieved);
  }
  return [...courses].map(([entries, byChain], index) => {
    const all = [...byChain.values()];
    return { number: planning.firstNumber + index, entries, rule: all[0]?.rule, lanesFor: chooser(all, planning) };
  });
}

interface Course {
  readonly chain: Chain;
  readonly rule: Rule;
  readonly tests: Set<number>;
}

function courseOf(courses: Map<EntryClass, Map<Chain, Course>>, entries: EntryClass, chain: Chain, rule: Rule): Course {
  const byChain = courses.get(entries) ?? new Map<Chain, Course>();
  courses.set(entries, byChain);
  const course = byChain.get(chain) ?? { chain, rule, tests: new Set() };
  byChain.set(chain, course);
  return course;
}

function chooser(courses: readonly Course[], planning: Planning): ClassPlan["lanesFor"] {
  const answers = new Map<number, readonly Lane[]>();
  return (low, high, budget) => {
    const key = (low >>> 0) + high * HIGH_FACTOR;
    const known = answers.get(key);
    if (known !== undefined) return known;
    budget.spend(STEPS_PER_ANSWER);
    if (answers.size >= ANSWERS_MAX) answers.clear();
    const made = choose(courses, low, high, planning);
    answers.set(key, made);
    return made;
  };
}

function choose(courses: readonly Course[], low: number, high: number, { sieve, steps }: Planning): readonly Lane[] {
  const lanes: Lane[] = [];
  const asItIs = new Set<number>();
  for (const { chain, rule, tests } of courses) {
    const made = through(chain, { low, high }, steps);
    const possible = [...tests].filter((test) => sieve.isPossible(test, made.mask.low, made.mask.high));
    if (!made.isChanged) {
      for (const test of possible) asItIs.add(test);
      continue;
    }
    const byWords = made.keepsWords ? possible.filter((test) => sieve.isByWords(test)) : [];
    const others = possible.filter((test) => !byWords.includes(test));
    if (byWords.length > 0) lanes.push({ ...laneOf(chain, rule, byWords, sieve.words), isByWords: true });
    if (others.length > 0) lanes.push(laneOf(chain, rule, others, sieve.words));
  }
  const [first] = courses;
  if (asItIs.size > 0 && first !== undefined) lanes.unshift(laneOf(UNCHANGED, first.rule, [...asItIs], sieve.words));
  return lanes;
}

function laneOf(chain: Chain, rule: Rule, tests: readonly number[], words: number): Lane {
  const mask = new Uint32Array(words);
  for (const test of tests) mask[test >> 5] = (mask[test >> 5] ?? 0) | (1 << (test & 31));
  return { chain, rule, mask, isNarrow: tests.length <= NARROW_TESTS_MAX, isByWords: false };
}

interface Made {
  /** The classes of bytes that the result may have. */
  readonly mask: ByteMask;
  readonly isChanged: boolean;
  readonly keepsWords: boolean;
}

/** Follows the classes of bytes through a chain: where a step changes anything, what it may put in is added. */
function through(chain: Chain, start: ByteMask, steps: readonly Step[]): Made {
  let mask = start;
  let keepsWords = true;
  for (const number of chain.steps) {
    const step = steps[number];
    if (step === undefined || (!step.isAlways && !meets(mask, step.touches))) continue;
    if (step.joins === EVERY_BYTE || meets(mask, step.joins)) keepsWords = false;
    mask = joinMasks(mask, step.gives);
  }
  return { mask, isChanged: mask !== start, keepsWords };
}

function meets(mask: ByteMask, other: ByteMask): boolean {
  return ((mask.low & other.low) | (mask.high & other.high)) !== 0;
}
