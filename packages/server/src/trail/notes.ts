import { type Clock, type Event, type EventOf, type FaultCode, faultFrom } from "../kit/index.ts";
import type { Step, Store } from "../store/contract.ts";
import { createCallers, WINDOW_MS } from "./callers.ts";

/** What waits to be written at most; beyond it events are counted and not kept. */
export const NOTES_WAITING_MAX = 4_096;
const NOTES_PER_COMMIT_MAX = 256;
const RETRY_MS = 1_000;
/** Refusals come in floods, and each commit costs those who read a new view: what comes in this time shares one. */
const GATHER_MS = 50;

export interface Notes extends AsyncDisposable {
  note(event: Event): void;
  /** Resolves when what was noted so far is written, or could not be. */
  drain(): Promise<void>;
}

interface NotesNeeds {
  readonly store: Store;
  readonly clock: Clock;
  readonly steps: (event: Event) => readonly Step[];
}

/**
 * Events without a batch of their own, committed in groups by one loop: what one caller does too often is told in sums, and a flood of
 * many costs memory up to a bound, then only a count.
 */
export function createNotes({ store, clock, steps }: NotesNeeds): Notes {
  const waiting: (readonly Step[])[] = [];
  const losses = createLosses(clock);
  const callers = createCallers(clock);
  let writing: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let telling: NodeJS.Timeout | undefined;
  let isDraining = false;
  const company = createGathering();

  const note = (event: Event): void => {
    endWindow();
    const taken = callers.take(event);
    if (taken === "kept" && waiting.length < NOTES_WAITING_MAX) keep(event);
    else if (taken !== "summed") losses.count(event.kind, 1);
    if (waiting.length >= NOTES_PER_COMMIT_MAX) company.go();
    begin();
  };

  const keep = (event: Event): void => {
    try {
      waiting.push(steps(event));
    } catch (error) {
      // An event that cannot be written must not stop what it tells of; that one was lost stays visible as a count.
      losses.count(`${event.kind}: ${faultFrom(error).code}`, 1);
    }
  };

  /** Not before what came in it is written: while the store stands still, a caller holds one share of what waits, and not one a second. */
  const endWindow = (): void => {
    if (waiting.length === 0 && (isDraining || callers.isWindowOver())) for (const event of callers.end()) keep(event);
  };

  const begin = (): void => {
    if (writing !== undefined || retry !== undefined) return;
    writing = write().then((isWritten) => {
      writing = undefined;
      if (!isWritten) retry = setTimeout(again, RETRY_MS).unref();
      else if (losses.any || callers.hasSums) telling ??= setTimeout(again, WINDOW_MS).unref();
    });
  };

  const again = (): void => {
    clearTimeout(retry);
    clearTimeout(telling);
    retry = undefined;
    telling = undefined;
    begin();
  };

  const write = async (): Promise<boolean> => {
    for (;;) {
      endWindow();
      const counted = losses.take(isDraining);
      if (waiting.length === 0 && counted.length === 0) return true;
      // The request that noted first goes on.
      if (!isDraining && waiting.length < NOTES_PER_COMMIT_MAX) await company.gather();
      const group = waiting.splice(0, NOTES_PER_COMMIT_MAX);
      const outcome = await commitOnce(store, [...group, ...counted.map(steps)].flat());
      if (outcome === "later") {
        waiting.unshift(...group);
        losses.putBack(counted);
        return false;
      }
      if (outcome !== "done") losses.count(`${group.length} events: ${outcome}`, 1);
    }
  };

  const drain = async (): Promise<void> => {
    isDraining = true;
    company.go();
    await writing;
    again();
    await writing;
    isDraining = false;
  };

  return {
    note,
    drain,
    async [Symbol.asyncDispose]() {
      await drain();
      clearTimeout(retry);
      clearTimeout(telling);
    },
  };
}

interface Losses {
  count(what: string, by: number): void;
  readonly any: boolean;
  /** Once a second, and at the end: a flood must not become a flood of counts. */
  take(isAtEnd: boolean): readonly EventOf<"trail.shed">[];
  /** What could not be told is told with the next. */
  putBack(told: readonly EventOf<"trail.shed">[]): void;
}

function createLosses(clock: Clock): Losses {
  const shed = new Map<string, number>();
  let toldAt = Number.NEGATIVE_INFINITY;
  const count = (what: string, by: number): void => {
    shed.set(what, (shed.get(what) ?? 0) + by);
  };
  return {
    count,
    get any() {
      return shed.size > 0;
    },
    take(isAtEnd) {
      if (shed.size === 0 || !(isAtEnd || clock.elapsed() - toldAt >= WINDOW_MS)) return [];
      toldAt = clock.elapsed();
      const told = [...shed].map(([what, number]): EventOf<"trail.shed"> => ({ kind: "trail.shed", at: clock.now(), what, count: number }));
      shed.clear();
      return told;
    },
    putBack(told) {
      toldAt = Number.NEGATIVE_INFINITY;
      for (const { what, count: number } of told) count(what, number);
    },
  };
}

/** A wait for company that can be cut short. */
function createGathering(): { gather(): Promise<void>; go(): void } {
  let go = (): void => undefined;
  return {
    gather: () =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, GATHER_MS);
        go = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    go: () => go(),
  };
}

/** Done, later when the store is down, or why it can never be done. */
async function commitOnce(store: Store, steps: readonly Step[]): Promise<"done" | "later" | FaultCode> {
  try {
    // All are inserts under fresh ids: a refusal can only mean that an unknown outcome had been a commit.
    await store.commit({ steps });
    return "done";
  } catch (error) {
    const { code } = faultFrom(error);
    return code === "store.unavailable" || code === "store.outcome_unknown" ? "later" : code;
  }
}
