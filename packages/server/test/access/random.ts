/** A small seeded generator (xorshift), so that a disagreement can be made again from its seed. */
export interface Random {
  below(bound: number): number;
  chance(part: number): boolean;
  pick<T>(items: readonly T[]): T;
}

export function createRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 2_654_435_761) | 1;
  function next(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  }
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    below,
    chance: (part) => next() < part,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("Nothing to pick from.");
      return item;
    },
  };
}
