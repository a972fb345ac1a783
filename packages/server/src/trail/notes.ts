import { type Clock, type Event, type FaultCode, faultFrom } from "../kit/index.ts";
import type { Step, Store } from "../store/contract.ts";

/** What waits to be written at most; beyond it, and beyond a caller's share in a second, events are counted and not kept. */
export const NOTES_WAITING_MAX = 4_096;
export const NOTES_PER_CALLER_MAX = 256;
const CALLER_WINDOW_MS = 1_000;
const CALLERS_MAX = 10_000;
const NOTES_PER_COMMIT_MAX = 256;
const RETRY_MS = 1_000;
const SHED_EVERY_MS = 1_000;
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

/** Events without a batch of their own, committed in groups by one loop: a flood costs memory up to a bound, then only a count. */
export function createNotes({ store, clock, steps }: NotesNeeds): Notes {
  const waiting: (readonly Step[])[] = [];
  const shed = new Map<string, number>();
  const shares = createShares(clock);
  let writing: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let telling: NodeJS.Timeout | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  let isDraining = false;
  const company = createGathering();

  const count = (what: string, by = 1): Map<string, number> => shed.set(what, (shed.get(what) ?? 0) + by);

  const note = (event: Event): void => {
    try {
      if (waiting.length >= NOTES_WAITING_MAX || shares.isUsedUp(event)) count(event.kind);
      else waiting.push(steps(event));
      if (waiting.length >= NOTES_PER_COMMIT_MAX) company.go();
    } catch (error) {
      // An event that cannot be written must not stop what it tells of; that one was lost stays visible as a count.
      count(`${event.kind}: ${faultFrom(error).code}`);
    }
    begin();
  };

  const begin = (): void => {
    if (writing !== undefined || retry !== undefined) return;
    writing = write().then((isWritten) => {
      writing = undefined;
      if (!isWritten) retry = setTimeout(again, RETRY_MS).unref();
      else if (shed.size > 0) telling ??= setTimeout(again, SHED_EVERY_MS).unref();
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
    while (waiting.length > 0 || isShedDue()) {
      // The request that noted first goes on.
      if (!isDraining && waiting.length < NOTES_PER_COMMIT_MAX) await company.gather();
      const counted = isShedDue() ? [...shed] : [];
      for (const [what] of counted) shed.delete(what);
      const group = waiting.splice(0, NOTES_PER_COMMIT_MAX);
      const losses = counted.map(([what, number]) => steps({ kind: "trail.shed", at: clock.now(), what, count: number }));
      const outcome = await commitOnce(store, [...group, ...losses].flat());
      if (outcome === "later") {
        waiting.unshift(...group);
        for (const [what, number] of counted) count(what, number);
        return false;
      }
      if (outcome !== "done") count(`${group.length} events: ${outcome}`);
      if (counted.length > 0) toldAt = clock.elapsed();
    }
    return true;
  };

  /** Counts are told once a second, and at the end: a flood must not become a flood of counts. */
  const isShedDue = (): boolean => shed.size > 0 && (isDraining || clock.elapsed() - toldAt >= SHED_EVERY_MS);

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

/** So that one caller's flood does not crowd out what all others do. */
function createShares(clock: Clock): { isUsedUp(event: Event): boolean } {
  const callers = new Map<string, number>();
  let windowStart = clock.elapsed();
  return {
    isUsedUp(event) {
      if (clock.elapsed() - windowStart >= CALLER_WINDOW_MS || callers.size >= CALLERS_MAX) {
        callers.clear();
        windowStart = clock.elapsed();
      }
      const caller = callerOf(event);
      if (caller === undefined) return false;
      const soFar = callers.get(caller) ?? 0;
      callers.set(caller, soFar + 1);
      return soFar >= NOTES_PER_CALLER_MAX;
    },
  };
}

function callerOf({ address, actor }: Event): string | undefined {
  const value = (address ?? actor)?.value;
  if (value === undefined || typeof value === "string") return value;
  return Buffer.from(value).toString("hex");
}
