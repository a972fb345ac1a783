import { type Clock, EVENTS, type Event, networkOf, type Personal } from "../kit/index.ts";

/** Of a caller in a window so many events are kept as they are, and so many that say the same; the rest is told in sums. */
export const NOTES_PER_CALLER_MAX = 256;
export const SAME_PER_CALLER_MAX = 64;
export const WINDOW_MS = 1_000;
export const CALLERS_MAX = 10_000;
export const SUMS_MAX = 4_096;

/** So that one caller's flood hides neither what all others do nor what that caller does besides. */
export interface Callers {
  /** Whether the event is to be written as it is, was added to a sum, or cannot be told of any more than that there was one. */
  take(event: Event): "kept" | "summed" | "shed";
  isWindowOver(): boolean;
  readonly hasSums: boolean;
  /** Ends the window; gives what it summed. */
  end(): readonly Event[];
}

interface Caller {
  kept: number;
  /** How often each was said, by all that it says. */
  readonly said: Map<string, number>;
}

interface Sum {
  readonly first: Event;
  readonly like: string;
  count: number;
}

export function createCallers(clock: Clock): Callers {
  const callers = new Map<string, Caller>();
  const sums = new Map<string, Sum>();
  let windowStart = clock.elapsed();

  /** Those who come when the table is full share a place. */
  function callerAt(name: string): Caller {
    const key = callers.has(name) || callers.size < CALLERS_MAX ? name : "";
    const caller = callers.get(key) ?? { kept: 0, said: new Map<string, number>() };
    callers.set(key, caller);
    return caller;
  }

  function addToSum(name: string, event: Event, like: string): "summed" | "shed" {
    const key = JSON.stringify([name, event.kind, like]);
    const sum = sums.get(key);
    if (sum !== undefined) sum.count += 1;
    else if (sums.size < SUMS_MAX) sums.set(key, { first: event, like, count: 1 });
    else return "shed";
    return "summed";
  }

  return {
    take(event) {
      const name = callerOf(event);
      // What happens inside the house is nobody's flood.
      if (name === undefined) return "kept";
      const caller = callerAt(name);
      const words = wordsOf(event);
      const said = caller.said.get(words) ?? 0;
      if (said >= SAME_PER_CALLER_MAX) return addToSum(name, event, likeOf(event));
      if (caller.kept >= NOTES_PER_CALLER_MAX) return addToSum(name, event, "");
      caller.said.set(words, said + 1);
      caller.kept += 1;
      return "kept";
    },
    isWindowOver: () => clock.elapsed() - windowStart >= WINDOW_MS,
    get hasSums() {
      return sums.size > 0;
    },
    end() {
      const summed = [...sums.values()].map(({ first: { kind, at, address, actor }, like, count }): Event => {
        return { kind: "trail.repeated", at, ...(address && { address }), ...(actor && { actor }), what: kind, like, count };
      });
      callers.clear();
      sums.clear();
      windowStart = clock.elapsed();
      return summed;
    },
  };
}

function callerOf({ address, actor }: Event): string | undefined {
  // A host holds a whole network of IPv6 and may change addresses in it at will.
  if (address !== undefined) return networkOf(textOf(address));
  return actor === undefined ? undefined : textOf(actor);
}

function textOf({ value }: Personal): string {
  return typeof value === "string" ? value : Buffer.from(value).toString("hex");
}

/** All that an event says, besides when, in which request and from where. */
function wordsOf(event: Event): string {
  return JSON.stringify({ ...event, at: 0, request: "", address: "" });
}

/** What of it stands in the open. */
function likeOf(event: Event): string {
  const values: Readonly<Record<string, unknown>> = event;
  const open = Object.entries(EVENTS[event.kind]).filter(([, kind]) => kind !== "personal");
  return open.map(([name]) => String(values[name])).join(" ");
}
