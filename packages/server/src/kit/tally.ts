/** Counts by who, until somebody takes them: what a request can afford, where an entry of the trail for each would cost too much. */
export interface Tally<K> {
  add(key: K, by: number): void;
  /** What was counted since the last time; the next one begins at nothing. */
  take(): ReadonlyMap<K, number>;
}

/** More at once than these are not told apart: they are not counted until the next `take`. */
const KEYS_MAX = 10_000;

export function createTally<K>(keysMax: number = KEYS_MAX): Tally<K> {
  let counts = new Map<K, number>();
  return {
    add(key, by) {
      const soFar = counts.get(key);
      if (soFar !== undefined) counts.set(key, soFar + by);
      else if (counts.size < keysMax) counts.set(key, by);
    },
    take() {
      const taken = counts;
      if (taken.size > 0) counts = new Map();
      return taken;
    },
  };
}
