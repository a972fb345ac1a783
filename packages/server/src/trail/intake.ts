import type { LogRow, Store } from "../store/contract.ts";
import type { Bell } from "./bell.ts";
import type { Place } from "./growth.ts";
import { ENTRIES } from "./tables.ts";

/** From a commit to its checkpoint at most a second: half of it may go into waiting for company. */
const GATHER_MS = 500;
/** How many entries may lie in memory before the feed has to wait for the tree. */
const PENDING_MAX = 32_768;
const ENTRIES_PER_ROUND = 8_192;

export interface Intake extends AsyncDisposable {
  /** The next rows for the tree; none when somebody only asks; `undefined` at the end. Throws what the feed threw. */
  next(): Promise<readonly LogRow[] | undefined>;
}

interface IntakeNeeds {
  readonly store: Store;
  readonly bell: Bell;
  /** The last entry that is in the tree; of an empty one, where its log begins. */
  readonly place: Place;
  readonly isEmpty: boolean;
  readonly isHurried: () => boolean;
  readonly signal: AbortSignal;
}

export function createIntake({ store, bell, place, isEmpty, isHurried, signal }: IntakeNeeds): Intake {
  const pending: LogRow[] = [];
  const closing = new AbortController();
  const stopped = AbortSignal.any([signal, closing.signal]);
  let ended = false;
  let isFull = false;

  const consume = async (): Promise<void> => {
    try {
      // A commit may have come in pieces: its last one is read again, and what is in the tree already is skipped by its place.
      for await (const rows of store.feed(ENTRIES, ["leaf"], isEmpty ? place.position : place.position - 1, stopped)) {
        pending.push(...(isEmpty ? rows : rows.filter((row) => isBehind(place, row))));
        bell.ring();
        isFull = pending.length >= PENDING_MAX;
        while (pending.length >= PENDING_MAX && !stopped.aborted) await bell.pause(GATHER_MS, stopped);
        isFull = false;
      }
    } finally {
      ended = true;
      bell.ring();
    }
  };
  const consumed = consume();
  // Whoever asks next gets the error; until then nobody has to be there for it.
  consumed.catch(() => undefined);

  return {
    async next() {
      if (pending.length === 0 && !ended) await bell.heard(signal);
      if (signal.aborted) return undefined;
      if (pending.length === 0 && ended) return consumed.then(() => undefined);
      if (pending.length > 0 && pending.length < ENTRIES_PER_ROUND && !isHurried()) await bell.pause(GATHER_MS, signal);
      const rows = pending.splice(0, ENTRIES_PER_ROUND);
      if (isFull) bell.hurry();
      return rows;
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await consumed.catch(() => undefined);
    },
  };
}

export function isBehind(a: Place, b: Place): boolean {
  return a.position < b.position || (a.position === b.position && a.n < b.n);
}
