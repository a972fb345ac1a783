import type { Rate } from "../model/plan.ts";
import type { KeyHash } from "./half-siphash.ts";

/**
 * One limit for any number of keys, in memory that never grows.
 *
 * GCRA needs one number for a key: the moment at which its bucket is full again. The numbers lie in a table of ROWS × COLUMNS
 * cells; a key has one cell in each row, found by a keyed hash, and its number is the smallest of the four. Taking raises those
 * cells that are lower and never lowers any. So:
 * - no key ever gets more than its limit, however many others there are: a shared cell can only be too high;
 * - nobody can push another's state out: nothing is ever evicted;
 * - a stranger is refused in another's place only when all four cells of the key are shared with keys that are at their limit, and
 *   a key that is refused raises nothing. Keeping a share f of the cells at the limit makes that f⁴, and costs the attacker
 *   f × COLUMNS senders at full rate.
 */
export interface RateTable {
  /** Milliseconds until one more is within the limit; 0 when it is now. */
  waitMs(key: KeyHash, now: number): number;
  /** One, or so many: what is known only afterwards may be more than the limit has left, and is waited for. */
  take(key: KeyHash, now: number, count?: number): void;
  /** How many are taken and not yet refilled. */
  level(key: KeyHash, now: number): number;
  /** Milliseconds until the whole burst is there again. */
  resetMs(key: KeyHash, now: number): number;
  readonly rate: Rate;
}

const MS_PER_MINUTE = 60_000;
const ROWS = 4;
/** Floating point: sums of intervals are off by far less than this, and nobody waits this long. */
const ROUNDING_MS = 1e-6;

/** 4 MiB a table when all of it is touched; untouched pages cost nothing. A power of two. */
export const COLUMNS = 131_072;

export function createRateTable(rate: Rate, columns: number = COLUMNS): RateTable {
  const intervalMs = MS_PER_MINUTE / rate.perMinute;
  const burstMs = intervalMs * rate.burst;
  // Made when the first one is counted: a start that made them all at once would be held up by the collector.
  let cells: Float64Array | undefined;
  const at = ({ a, b }: KeyHash, row: number): number => row * columns + ((a + Math.imul(row, b | 1)) & (columns - 1));

  function debtMs(key: KeyHash, now: number): number {
    // Not simply 0: a clock that says nothing must go on saying nothing.
    if (cells === undefined) return Math.max(0, -now);
    let fullAt = Number.POSITIVE_INFINITY;
    for (let row = 0; row < ROWS; row += 1) fullAt = Math.min(fullAt, cells[at(key, row)] ?? 0);
    return Math.max(0, fullAt - now);
  }

  return {
    rate,
    waitMs(key, now) {
      const wait = debtMs(key, now) + intervalMs - burstMs;
      return wait <= ROUNDING_MS ? 0 : wait;
    },
    take(key, now, count = 1) {
      const fullAt = now + debtMs(key, now) + intervalMs * count;
      cells ??= new Float64Array(ROWS * columns);
      for (let row = 0; row < ROWS; row += 1) {
        const cell = at(key, row);
        cells[cell] = Math.max(cells[cell] ?? 0, fullAt);
      }
    },
    level: (key, now) => debtMs(key, now) / intervalMs,
    resetMs: debtMs,
  };
}
