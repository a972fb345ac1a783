import { createScanner } from "../scan/index.ts";
import type { Needs } from "../text/index.ts";
import { type Alphabet, type ByteMask, EVERY_BYTE } from "./alphabet.ts";
import type { ByBytes, Sieve } from "./values.ts";

/** Answers kept for values with the same classes of bytes. */
const ANSWERS_MAX = 4_096;
const HIGH_FACTOR = 2 ** 32;
const NO_LITERALS: readonly string[] = [];

/** One bit for each test: which of them may be true of a value. `needs[n]` is what test n needs. */
export function createSieve(needs: readonly Needs[], alphabet: Alphabet): Sieve {
  const words = Math.max(1, (needs.length + 31) >> 5);
  const scanner = createScanner(needs.map((need) => (need.kind === "literals" ? need.literals : NO_LITERALS)));
  const masks: { readonly test: number; readonly mask: ByteMask }[] = [];
  needs.forEach((need, test) => {
    if (need.kind === "bytes") masks.push({ test, mask: alphabet.maskOf(need.bytes) });
    if (need.kind === "anything") masks.push({ test, mask: EVERY_BYTE });
  });
  const alsoMasks = needs.flatMap((need, test) => (need.also ?? []).map((set) => ({ test, mask: alphabet.maskOf(set) })));
  const byLiterals = new Uint32Array(words);
  needs.forEach((need, test) => {
    if (need.kind === "literals") byLiterals[test >> 5] = (byLiterals[test >> 5] ?? 0) | (1 << (test & 31));
  });
  const answers = new Map<number, ByBytes>();
  const always = new Set(masks.filter(({ mask }) => mask === EVERY_BYTE).map(({ test }) => test));

  function answer(low: number, high: number): ByBytes {
    const bits = new Uint32Array(words);
    const allowed = new Uint32Array(words).fill(-1);
    for (const { test, mask } of alsoMasks) {
      if (((low & mask.low) | (high & mask.high)) === 0) allowed[test >> 5] = (allowed[test >> 5] ?? 0) & ~(1 << (test & 31));
    }
    for (const { test, mask } of masks) {
      if (!always.has(test) && ((low & mask.low) | (high & mask.high)) === 0) continue;
      bits[test >> 5] = (bits[test >> 5] ?? 0) | (1 << (test & 31));
    }
    for (let word = 0; word < words; word += 1) bits[word] = (bits[word] ?? 0) & (allowed[word] ?? 0);
    const possible = bits.slice();
    for (let word = 0; word < words; word += 1) possible[word] = (possible[word] ?? 0) | ((allowed[word] ?? 0) & (byLiterals[word] ?? 0));
    return { bits, allowed, possible };
  }

  return {
    words,
    scanner,
    byBytes(low, high) {
      const key = (low >>> 0) + high * HIGH_FACTOR;
      const known = answers.get(key);
      if (known !== undefined) return known;
      if (answers.size >= ANSWERS_MAX) answers.clear();
      const made = answer(low, high);
      answers.set(key, made);
      return made;
    },
  };
}
