import type { KeyHash } from "./half-siphash.ts";

/**
 * Remembers from where an identifier signed in well, in memory that never grows and from which nobody can push others out.
 * With n places remembered, a strange one is taken for known with probability (n / COLUMNS)⁴; what it would gain is to skip a delay.
 */
export interface PlaceMemory {
  remember(place: KeyHash, now: number): void;
  knows(place: KeyHash, now: number): boolean;
}

const ROWS = 4;
const COLUMNS = 131_072;
/** As long as people stay away on a holiday. */
const KNOWN_MS = 30 * 86_400_000;

export function createPlaceMemory(): PlaceMemory {
  // Zero is the past: untouched pages say "unknown" and cost nothing.
  const knownUntil = new Float64Array(ROWS * COLUMNS);
  const at = ({ a, b }: KeyHash, row: number): number => row * COLUMNS + ((a + Math.imul(row, b | 1)) & (COLUMNS - 1));
  return {
    remember(place, now) {
      for (let row = 0; row < ROWS; row += 1) knownUntil[at(place, row)] = now + KNOWN_MS;
    },
    knows(place, now) {
      for (let row = 0; row < ROWS; row += 1) {
        const until = knownUntil[at(place, row)] ?? 0;
        if (!(until > now)) return false;
      }
      return true;
    },
  };
}
