import { type Clock, type Event, formatId, type Id, personal, type Tallies, type Tally } from "../kit/index.ts";
import { createBounded } from "./bounded.ts";

/** So much makes an entry of the trail: less says nothing, and an entry for each would cost more than it tells. */
export const ROWS_PER_ENTRY = 1_000;
export const MISSES_PER_ENTRY = 20;
export const FORGED_PER_ENTRY = 10;
/** What does not come together in this time never becomes an entry. */
const HOUR_MS = 3_600_000;
const KEYS_MAX = 10_000;

/** Who goes on is told of ever more rarely: each entry adds at least this share of what was told in the hour. */
const GROWTH = 0.5;

interface Sum {
  /** Not told yet. */
  readonly count: number;
  /** Told since then. */
  readonly told: number;
  readonly since: number;
}

interface Heap {
  /** What is to be told now: all that came together; 0 for nothing yet. */
  add(key: string, count: number): number;
}

/** Takes what rooms have counted and tells the trail, in sums: one call costs as much as there were readers since the last. */
export function createGatherer({ tallies, clock, note, isOwn }: GathererNeeds): () => void {
  const rows = createHeap(ROWS_PER_ENTRY, clock);
  const missed = createHeap(MISSES_PER_ENTRY, clock);
  const missedFrom = createHeap(MISSES_PER_ENTRY, clock);
  const forged = createHeap(FORGED_PER_ENTRY, clock);

  return () => {
    const at = clock.now();
    for (const [{ name, subject }, count] of byName(tallies.rowsRead)) {
      const sum = rows.add(name, count);
      if (sum > 0) note({ kind: "rows.read", at, actor: personal(name, subject), rows: sum });
    }
    for (const [{ name, subject }, count] of byName(tallies.idsMissed)) {
      const sum = missed.add(name, count);
      if (sum > 0) note({ kind: "rows.missed", at, actor: personal(name, subject), count: sum });
    }
    for (const [address, count] of tallies.idsMissedFrom.take()) {
      const sum = isOwn(address) ? 0 : missedFrom.add(address, count);
      if (sum > 0) note({ kind: "rows.missed", at, address: personal(address, null), count: sum });
    }
    // Of all who sent bad tokens just now, the one who sent most is named.
    const [from] = [...tallies.badTokens.take()].toSorted(([, a], [, b]) => b - a);
    for (const [key, count] of tallies.forgedTokens.take()) {
      const sum = from !== undefined && isOwn(from[0]) ? 0 : forged.add(key, count);
      const address = from === undefined ? {} : { address: personal(from[0], null) };
      if (sum > 0) note({ kind: "tokens.forged", at, ...address, count: sum });
    }
  };
}

interface GathererNeeds {
  readonly tallies: Tallies;
  readonly clock: Clock;
  readonly note: (event: Event) => void;
  readonly isOwn: (address: string) => boolean;
}

function createHeap(enough: number, clock: Clock): Heap {
  const sums = createBounded<Sum>({ keysMax: KEYS_MAX, weight: ({ count, told }) => count + told });
  return {
    add(key, count) {
      const now = clock.elapsed();
      const before = sums.get(key);
      const isNew = before === undefined || now - before.since > HOUR_MS;
      const told = isNew ? 0 : before.told;
      // What was left of an hour that is over is told with the next when it is enough by itself, and forgotten otherwise.
      const left = before === undefined || (isNew && before.count < enough) ? 0 : before.count;
      const sum = left + count;
      const isTold = sum >= Math.max(enough, told * GROWTH);
      sums.set(key, { count: isTold ? 0 : sum, told: isTold ? told + sum : told, since: isNew ? now : before.since }, now);
      return isTold ? sum : 0;
    },
  };
}

interface Name {
  readonly name: string;
  readonly subject: Id | null;
}

function byName(tally: Tally<Id | string>): readonly (readonly [Name, number])[] {
  return [...tally.take()].map(([key, count]) => [
    typeof key === "string" ? { name: key, subject: null } : { name: formatId(key), subject: key },
    count,
  ]);
}
