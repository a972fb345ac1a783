import { joinMasks, NO_BYTE } from "./alphabet.ts";
import type { ClassPlan, EntryClass, Head, Lane } from "./program.ts";
import type { Chain } from "./values.ts";

/** Collects, for each class of entries, which chains of transformations lead to which tests of sieved rules. */
export function planPhase(heads: readonly Head[], words: number, firstNumber: number): readonly ClassPlan[] {
  const lanes = new Map<EntryClass, Map<Chain, Uint32Array>>();
  for (const { links, sieved } of heads) {
    const [link] = links;
    if (sieved < 0 || link === undefined) continue;
    for (const { entries } of link.looks) for (const chain of link.stages) raise(maskOf(lanes, entries, chain, words), sieved);
  }
  return [...lanes].map(([entries, byChain], index) => ({ ...makePlan(entries, byChain, words), number: firstNumber + index }));
}

function maskOf(lanes: Map<EntryClass, Map<Chain, Uint32Array>>, entries: EntryClass, chain: Chain, words: number): Uint32Array {
  const byChain = lanes.get(entries) ?? new Map<Chain, Uint32Array>();
  lanes.set(entries, byChain);
  const mask = byChain.get(chain) ?? new Uint32Array(words);
  byChain.set(chain, mask);
  return mask;
}

function makePlan(entries: EntryClass, byChain: ReadonlyMap<Chain, Uint32Array>, words: number): Omit<ClassPlan, "number"> {
  const mask = new Uint32Array(words);
  const lanes: Lane[] = [];
  let touches = NO_BYTE;
  let isAlways = false;
  for (const [chain, own] of byChain) {
    own.forEach((bits, word) => {
      mask[word] = (mask[word] ?? 0) | bits;
    });
    if (chain.steps.length > 0) lanes.push({ chain, mask: own });
    touches = joinMasks(touches, chain.touches);
    isAlways ||= chain.isAlways;
  }
  return { entries, lanes, mask, touches, isAlways };
}

function raise(mask: Uint32Array, test: number): void {
  mask[test >> 5] = (mask[test >> 5] ?? 0) | (1 << (test & 31));
}
