/** A source of choices that gives the same ones for the same seed. */
export interface Random {
  /** 0 … below - 1 */
  number(below: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(percent: number): boolean;
  /** So many of them, at random, repeats allowed. */
  many<Item>(count: number, make: () => Item): Item[];
}

/** Mulberry32: small, and good enough to vary texts. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (below: number): number => Math.floor(next() * below);
  return {
    number,
    pick(items) {
      const item = items[number(items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    chance: (percent) => number(100) < percent,
    many: (count, make) => Array.from({ length: count }, make),
  };
}
