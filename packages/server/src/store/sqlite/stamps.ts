import type { Step } from "../contract.ts";

/** Tells, without reading anything, whether a table can have changed between two moments: all writes of the process pass here. */
export interface Stamps {
  /** From before a batch is sent until it has been answered, whatever the answer is. */
  during<T>(steps: readonly (readonly Step[])[], work: () => Promise<T>): Promise<T>;
  /** For a snapshot that is taken within this very turn of the event loop. */
  now(): Stamp;
  /** Everything may be different from here on: the schema has been migrated. */
  restart(): void;
}

/** A table's stamp as of one moment; `undefined` once it cannot be told any more. */
export type Stamp = (table: string) => number | undefined;

interface Tide {
  /** The count at which a write of the table last began or ended. */
  turnedAt: number;
  underWay: number;
}

export function createStamps(): Stamps {
  const tides = new Map<string, Tide>();
  let count = 1;
  /** The stamp of a table that nothing has written since. */
  let untouched = 1;

  function turn(tables: ReadonlySet<string>, by: 1 | -1): void {
    count += 1;
    for (const table of tables) {
      const tide = tides.get(table) ?? { turnedAt: count, underWay: 0 };
      tide.turnedAt = count;
      tide.underWay += by;
      tides.set(table, tide);
    }
  }

  return {
    async during(steps, work) {
      const tables = new Set(steps.flat().map(({ table }) => table));
      turn(tables, 1);
      try {
        return await work();
      } finally {
        turn(tables, -1);
      }
    },
    now() {
      const taken = count;
      return (table) => {
        const tide = tides.get(table);
        if (tide === undefined) return untouched <= taken ? untouched : undefined;
        // What began before the snapshot and ends after it may or may not be in it.
        return tide.underWay === 0 && tide.turnedAt <= taken ? tide.turnedAt : undefined;
      };
    },
    restart() {
      count += 1;
      untouched = count;
      for (const tide of tides.values()) tide.turnedAt = count;
    },
  };
}
