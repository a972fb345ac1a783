import type { Clock, Event } from "../kit/index.ts";
import { faultFrom, isFault } from "../kit/index.ts";
import type { Step, Store } from "../store/contract.ts";

/** What waits to be written at most; beyond it, and beyond a caller's share in a second, events are counted and not kept. */
export const NOTES_WAITING_MAX = 4_096;
export const NOTES_PER_CALLER_MAX = 256;
const CALLER_WINDOW_MS = 1_000;
const CALLERS_MAX = 10_000;
const NOTES_PER_COMMIT_MAX = 256;
const RETRY_MS = 1_000;

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

/** Events without a batch of their own, committed in groups by one loop: a flood costs memory up to a bound, then only a count. */
export function createNotes({ store, clock, steps }: NotesNeeds): Notes {
  const waiting: (readonly Step[])[] = [];
  const shed = new Map<string, number>();
  const callers = new Map<string, number>();
  let windowStart = clock.elapsed();
  let writing: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;

  const count = (what: string): void => {
    shed.set(what, (shed.get(what) ?? 0) + 1);
  };

  const overItsShare = (event: Event): boolean => {
    if (clock.elapsed() - windowStart >= CALLER_WINDOW_MS || callers.size >= CALLERS_MAX) {
      callers.clear();
      windowStart = clock.elapsed();
    }
    const caller = callerOf(event);
    if (caller === undefined) return false;
    const soFar = callers.get(caller) ?? 0;
    callers.set(caller, soFar + 1);
    return soFar >= NOTES_PER_CALLER_MAX;
  };

  const note = (event: Event): void => {
    if (waiting.length >= NOTES_WAITING_MAX || overItsShare(event)) return count(event.kind);
    try {
      waiting.push(steps(event));
    } catch (error) {
      // An event that cannot be written must not stop what it tells of; that one was lost stays visible as a count.
      return count(`${event.kind}: ${isFault(error) ? error.code : "internal"}`);
    }
    begin();
  };

  const begin = (): void => {
    if (writing !== undefined || retry !== undefined) return;
    writing = write().finally(() => {
      writing = undefined;
      if (waiting.length > 0 || shed.size > 0) waitAndRetry();
    });
  };

  const waitAndRetry = (): void => {
    retry = setTimeout(() => {
      retry = undefined;
      begin();
    }, RETRY_MS).unref();
  };

  const write = async (): Promise<void> => {
    // The request that noted first goes on; whatever is noted with it shares the commit.
    await Promise.resolve();
    while (waiting.length > 0 || shed.size > 0) {
      const counted = [...shed];
      shed.clear();
      const group = waiting.splice(0, NOTES_PER_COMMIT_MAX);
      const losses = counted.map(([what, number]) => steps({ kind: "trail.shed", at: clock.now(), what, count: number }));
      if (await isDone([...group, ...losses].flat())) continue;
      waiting.unshift(...group);
      for (const [what, number] of counted) shed.set(what, (shed.get(what) ?? 0) + number);
      return;
    }
  };

  /** False when the store is down and the same steps shall be tried again. */
  const isDone = async (batch: readonly Step[]): Promise<boolean> => {
    try {
      // All are inserts under fresh ids: a refusal can only mean that an unknown outcome had been a commit.
      await store.commit({ steps: batch });
      return true;
    } catch (error) {
      if (isFault(error, "store.unavailable") || isFault(error, "store.outcome_unknown")) return false;
      count(`group of ${batch.length} steps: ${faultFrom(error).code}`);
      return true;
    }
  };

  const drain = async (): Promise<void> => {
    clearTimeout(retry);
    retry = undefined;
    begin();
    await writing;
  };

  return {
    note,
    drain,
    async [Symbol.asyncDispose]() {
      await drain();
      clearTimeout(retry);
    },
  };
}

function callerOf({ address, actor }: Event): string | undefined {
  const value = (address ?? actor)?.value;
  if (value === undefined || typeof value === "string") return value;
  return Buffer.from(value).toString("hex");
}
