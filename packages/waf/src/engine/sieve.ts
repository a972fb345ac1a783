import { createScanner } from "../scan/index.ts";
import type { Needs } from "../text/index.ts";
import { type Alphabet, type ByteMask, EVERY_BYTE } from "./alphabet.ts";
import type { Sieve } from "./values.ts";

/** Answers kept for values with the same classes of bytes. */
const ANSWERS_MAX = 4_096;
const HIGH_FACTOR = 2 ** 32;
const NO_LITERALS: readonly string[] = [];

/** One bit for each test: which of them may be true of a value. `needs[n]` is undefined where test n is not asked on this side. */
export function createSieve(needs: readonly (Needs | undefined)[], alphabet: Alphabet): Sieve {
  const words = Math.max(1, (needs.length + 31) >> 5);
  const scanner = createScanner(needs.map((need) => (need?.kind === "literals" ? need.literals : NO_LITERALS)));
  const masks: { readonly test: number; readonly mask: ByteMask }[] = [];
  needs.forEach((need, test) => {
    if (need?.kind === "bytes") masks.push({ test, mask: alphabet.maskOf(need.bytes) });
    if (need?.kind === "anything") masks.push({ test, mask: EVERY_BYTE });
  });
  const answers = new Map<number, Uint32Array>();
  const always = new Set(masks.filter(({ mask }) => mask === EVERY_BYTE).map(({ test }) => test));

  function answer(low: number, high: number): Uint32Array {
    const bits = new Uint32Array(words);
    for (const { test, mask } of masks) {
      if (!always.has(test) && ((low & mask.low) | (high & mask.high)) === 0) continue;
      bits[test >> 5] = (bits[test >> 5] ?? 0) | (1 << (test & 31));
    }
    return bits;
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
