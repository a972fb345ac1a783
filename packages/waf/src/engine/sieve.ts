import { createScanner } from "../scan/index.ts";
import type { Examiner, Findings, Needs } from "../text/index.ts";
import { type Alphabet, type ByteMask, EVERY_BYTE } from "./alphabet.ts";
import { wordsOf } from "./gives.ts";
import type { ByBytes, Sieve } from "./value.ts";

/** Answers kept for values with the same classes of bytes. */
const ANSWERS_MAX = 4_096;
/** What it costs to tell one test whether a finding is among those it asks for, in steps. */
const STEPS_PER_SEAT = 16;
/** What an answer that is not kept yet costs, in steps: whoever sends values of ever new bytes is to pay for it. */
const STEPS_PER_ANSWER = 1_000;
const HIGH_FACTOR = 2 ** 32;
const NO_LITERALS: readonly string[] = [];

/** The scan looks for so much of a literal: the rest would take a row of the table for each byte, and says hardly more. */
const LITERAL_BYTES_MAX = 16;

/** What a test asks of the bytes of a value. */
interface Demand {
  /** One of these has to occur; EVERY_BYTE, which no mask of a set is, where literals have to or nothing is known. */
  readonly one: ByteMask;
  /** One of each of these has to occur as well. */
  readonly also: readonly ByteMask[];
  /** Only a search through the value's text can say yes: for literals, or by an examiner. */
  readonly isBySearch: boolean;
}

/** The tests that ask for findings of one examiner. */
interface Panel {
  readonly examiner: Examiner;
  readonly seats: { readonly test: number; readonly isAmong: (findings: Findings) => boolean }[];
}

/**
 * One bit for each test: which of them may be true of a value. `needs[n]` is what test n needs. Of tests that are asked of values whose blanks
 * were `moved`, the scan looks for the words alone: what it says of a value then holds for what is made of it.
 */
export function createSieve(needs: readonly Needs[], alphabet: Alphabet, moved: ReadonlySet<number>): Sieve {
  const words = Math.max(1, (needs.length + 31) >> 5);
  const byWords = needs.map((need, test) => (need.kind === "literals" && moved.has(test) ? wordsOf(need.literals) : undefined));
  const demands = needs.map((need) => demandOf(need, alphabet));
  const answers = new Map<number, ByBytes>();

  function answer(low: number, high: number): ByBytes {
    const bits = new Uint32Array(words);
    const allowed = new Uint32Array(words);
    for (let test = 0; test < demands.length; test += 1) {
      const demand = demands[test] as Demand;
      if (!isMet(demand, low, high)) continue;
      allowed[test >> 5] = (allowed[test >> 5] as number) | (1 << (test & 31));
      if (!demand.isBySearch) bits[test >> 5] = (bits[test >> 5] as number) | (1 << (test & 31));
    }
    return { bits, allowed };
  }

  const scanner = createScanner(needs.map((need, test) => beginnings(byWords[test] ?? (need.kind === "literals" ? need.literals : NO_LITERALS)))); // biome-ignore format: one line
  const panels = panelsOf(needs);

  return {
    words,
    isExamined: panels.length > 0,
    search(text, budget) {
      let found = scanner.scan(text);
      for (const { examiner, seats } of panels) {
        const findings = examiner.examine(text, budget);
        if (findings.size === 0) continue;
        budget.spend(seats.length * STEPS_PER_SEAT);
        found = found.slice();
        for (const { test, isAmong } of seats) if (isAmong(findings)) found[test >> 5] = (found[test >> 5] as number) | (1 << (test & 31));
      }
      return found;
    },
    isByWords: (test) => byWords[test] !== undefined,
    isPossible: (test, low, high) => isMet(demands[test] as Demand, low, high),
    byBytes(low, high, budget) {
      const key = (low >>> 0) + high * HIGH_FACTOR;
      const known = answers.get(key);
      if (known !== undefined) return known;
      budget.spend(STEPS_PER_ANSWER);
      if (answers.size >= ANSWERS_MAX) answers.clear();
      const made = answer(low, high);
      answers.set(key, made);
      return made;
    },
  };
}

function panelsOf(needs: readonly Needs[]): readonly Panel[] {
  const panels = new Map<Examiner, Panel>();
  for (const [test, need] of needs.entries()) {
    if (need.kind !== "finding") continue;
    const panel = panels.get(need.examiner) ?? { examiner: need.examiner, seats: [] };
    panel.seats.push({ test, isAmong: need.isAmong });
    panels.set(need.examiner, panel);
  }
  return [...panels.values()];
}

function beginnings(literals: readonly string[]): readonly string[] {
  return literals.map((literal) => literal.slice(0, LITERAL_BYTES_MAX));
}

function demandOf(need: Needs, alphabet: Alphabet): Demand {
  return {
    one: need.kind === "bytes" ? alphabet.maskOf(need.bytes) : EVERY_BYTE,
    also: (need.also ?? []).map(alphabet.maskOf),
    isBySearch: need.kind === "literals" || need.kind === "finding",
  };
}

function isMet({ one, also }: Demand, low: number, high: number): boolean {
  if (one !== EVERY_BYTE && ((low & one.low) | (high & one.high)) === 0) return false;
  for (const mask of also) if (((low & mask.low) | (high & mask.high)) === 0) return false;
  return true;
}
