import type { Clock } from "../kit/index.ts";

/** Something that must keep moving while it is owed. */
export interface Paced {
  /** Bytes moved so far; `undefined` while nothing is owed. */
  moved(): number | undefined;
  readonly windowMs: number;
  readonly bytesMin: number;
  giveUp(): void;
}

/** Lets go of peers that send a body or take an answer slower than the limit: also those that drip a byte now and then. */
export interface Pacer extends Disposable {
  watch(paced: Paced): Watched;
}

export interface Watched {
  /** It is done, one way or the other. */
  end(): void;
}

interface Entry extends Watched {
  readonly paced: Paced;
  since: number;
  movedBefore: number;
}

export function createPacer(clock: Clock, everyMs: number): Pacer {
  const entries = new Set<Entry>();
  const timer = setInterval(() => {
    const now = clock.elapsed();
    for (const entry of entries) check(entry, now);
  }, everyMs);
  timer.unref();

  function check(entry: Entry, now: number): void {
    const moved = entry.paced.moved();
    if (moved === undefined) {
      entry.since = now;
      return;
    }
    if (now - entry.since < entry.paced.windowMs) return;
    if (moved - entry.movedBefore < entry.paced.bytesMin) {
      entries.delete(entry);
      entry.paced.giveUp();
      return;
    }
    entry.since = now;
    entry.movedBefore = moved;
  }

  return {
    watch(paced) {
      const entry: Entry = { paced, since: clock.elapsed(), movedBefore: paced.moved() ?? 0, end: () => entries.delete(entry) };
      entries.add(entry);
      return entry;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      entries.clear();
    },
  };
}
