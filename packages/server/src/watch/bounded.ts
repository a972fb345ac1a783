/** A map that cannot grow: when it is full, the quarter that weighs least goes, so that a flood of new keys cannot push out what weighs. */
export interface Bounded<V> {
  get(key: string): V | undefined;
  set(key: string, value: V, time: number): void;
  readonly size: number;
}

interface BoundedNeeds<V> {
  readonly keysMax: number;
  /** At a moment; 0 or less for what may be forgotten. */
  readonly weight: (value: V, time: number) => number;
}

const KEPT_SHARE = 0.75;

export function createBounded<V>({ keysMax, weight }: BoundedNeeds<V>): Bounded<V> {
  const values = new Map<string, V>();

  function thin(time: number): void {
    const weights = Float64Array.from(values.values(), (value) => weight(value, time)).sort();
    const cut = Math.max(0, weights[Math.floor(weights.length * (1 - KEPT_SHARE))] ?? 0);
    const most = Math.floor(keysMax * KEPT_SHARE);
    // Of equal weight the older go first: they come first here.
    for (const [key, value] of values) {
      if (values.size <= most) return;
      if (weight(value, time) <= cut) values.delete(key);
    }
  }

  return {
    get: (key) => values.get(key),
    set(key, value, time) {
      if (values.size >= keysMax && !values.has(key)) thin(time);
      values.set(key, value);
    },
    get size() {
      return values.size;
    },
  };
}
