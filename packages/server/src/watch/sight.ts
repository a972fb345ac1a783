import type { Clock } from "../kit/index.ts";

/** A store that hiccups is back within this; what lasts longer is told. */
export const BLIND_AFTER_MS = 5_000;

/** Whether what happens is seen: each part of the watch says when it fails and when it works again. */
export interface Sight {
  fails(part: string, because: string): void;
  works(part: string): void;
  /** Why nothing may be seen now, once that has lasted. */
  readonly blindness: { readonly because: string; readonly forMs: number } | undefined;
  /** Blindness that began, or ended, since the last time somebody asked. */
  turn(): { readonly kind: "blind" | "sighted"; readonly because: string; readonly forMs: number } | undefined;
}

export function createSight(clock: Clock): Sight {
  const failing = new Map<string, { readonly because: string; readonly since: number }>();
  let told: { readonly because: string; readonly since: number } | undefined;

  function blindness(): { because: string; forMs: number; since: number } | undefined {
    const [oldest] = [...failing.values()].toSorted((a, b) => a.since - b.since);
    if (oldest === undefined) return undefined;
    const forMs = clock.elapsed() - oldest.since;
    return forMs < BLIND_AFTER_MS ? undefined : { ...oldest, forMs };
  }

  return {
    fails(part, because) {
      if (!failing.has(part)) failing.set(part, { because, since: clock.elapsed() });
    },
    works: (part) => void failing.delete(part),
    get blindness() {
      return blindness();
    },
    turn() {
      const now = blindness();
      if (now !== undefined && told === undefined) {
        told = now;
        return { kind: "blind", because: now.because, forMs: Math.round(now.forMs) };
      }
      if (failing.size > 0 || told === undefined) return undefined;
      const { because, since } = told;
      told = undefined;
      return { kind: "sighted", because, forMs: Math.round(clock.elapsed() - since) };
    },
  };
}
