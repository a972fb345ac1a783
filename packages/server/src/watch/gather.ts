import { type Clock, type Event, formatId, type Id, personal, type Tallies, type Tally } from "../kit/index.ts";
import { createBounded } from "./bounded.ts";

/** So much makes an entry of the trail: less says nothing, and an entry for each would cost more than it tells. */
export const ROWS_PER_ENTRY = 1_000;
export const MISSES_PER_ENTRY = 20;
export const FORGED_PER_ENTRY = 10;
/** What did not come together in this time never becomes an entry. */
const FADE_MS = 3_600_000;
const KEYS_MAX = 10_000;

interface Sum {
  readonly count: number;
  readonly since: number;
  readonly subject: Id | null;
}

/** Adds up by key until there is enough to be told. */
interface Heap {
  add(key: string, count: number, subject: Id | null): Sum | undefined;
}

/** Takes what rooms have counted and tells the trail, in sums: one call costs as much as there were readers since the last. */
export function createGatherer({ tallies, clock, note, isOwn }: GathererNeeds): () => void {
  const rows = createHeap(ROWS_PER_ENTRY, clock);
  const missed = createHeap(MISSES_PER_ENTRY, clock);
  const missedFrom = createHeap(MISSES_PER_ENTRY, clock);
  const forged = createHeap(FORGED_PER_ENTRY, clock);
  const tell = (event: Event): void => note(event);

  return () => {
    const at = clock.now();
    for (const [key, count] of byName(tallies.rowsRead)) {
      const sum = rows.add(key.name, count, key.subject);
      if (sum !== undefined) tell({ kind: "rows.read", at, actor: personal(key.name, sum.subject), rows: sum.count });
    }
    for (const [key, count] of byName(tallies.idsMissed)) {
      const sum = missed.add(key.name, count, key.subject);
      if (sum !== undefined) tell({ kind: "rows.missed", at, actor: personal(key.name, sum.subject), count: sum.count });
    }
    for (const [address, count] of tallies.idsMissedFrom.take()) {
      const sum = missedFrom.add(address, count, null);
      if (sum !== undefined) tell({ kind: "rows.missed", at, address: personal(address, null), count: sum.count });
    }
    const badTokens = tallies.badTokens.take();
    for (const [key, count] of tallies.forgedTokens.take()) {
      // Of all who sent bad tokens just now, the one who sent most is named.
      const [from] = [...badTokens].toSorted(([, a], [, b]) => b - a);
      if (from !== undefined && isOwn(from[0])) continue;
      const address = from === undefined ? {} : { address: personal(from[0], null) };
      const sum = forged.add(key, count, null);
      if (sum !== undefined) tell({ kind: "tokens.forged", at, ...address, count: sum.count });
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
  const sums = createBounded<Sum>({ keysMax: KEYS_MAX, weight: ({ count }) => count });
  return {
    add(key, count, subject) {
      const now = clock.elapsed();
      const before = sums.get(key);
      const goesOn = before !== undefined && now - before.since <= FADE_MS;
      const sum = { count: count + (goesOn ? before.count : 0), since: goesOn ? before.since : now, subject };
      const isEnough = sum.count >= enough;
      sums.set(key, isEnough ? { count: 0, since: now, subject } : sum, now);
      return isEnough ? sum : undefined;
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
