import { createBounded } from "./bounded.ts";

/** About 100 bytes each: attackers can bring any number of names and addresses. */
const KEYS_MAX = 16_384;
/** Each holds up to MEMBERS_MAX members. */
const SETS_MAX = 4_096;
/** More different ones than this are not told apart: every detection asks for fewer. */
const MEMBERS_MAX = 64;
const CROWD_MAX = 50_000;

/** Counts by key that fade with time, one each `fadeMs`: a bucket that leaks. */
export interface Levels {
  /** The level after adding. */
  add(key: string, time: number, by?: number): number;
  readonly keys: number;
}

export function createLevels({ fadeMs, keysMax = KEYS_MAX }: { readonly fadeMs: number; readonly keysMax?: number }): Levels {
  interface Level {
    readonly level: number;
    readonly time: number;
  }
  const faded = ({ level, time }: Level, now: number): number => Math.max(0, level - (now - time) / fadeMs);
  const levels = createBounded<Level>({ keysMax, weight: faded });
  return {
    add(key, time, by = 1) {
      const before = levels.get(key);
      const level = (before === undefined ? 0 : faded(before, time)) + by;
      levels.set(key, { level, time }, time);
      return level;
    },
    get keys() {
      return levels.size;
    },
  };
}

/** How many different members each key has had in the last while. */
export interface Members {
  add(key: string, member: string, time: number): number;
  count(key: string, time: number): number;
  readonly keys: number;
}

export function createMembers({ windowMs, keysMax = SETS_MAX }: { readonly windowMs: number; readonly keysMax?: number }): Members {
  interface MemberSet {
    /** When each came last, oldest first. */
    readonly times: Map<string, number>;
    last: number;
  }
  // Counted roughly: asked of every key when room is made.
  const weight = ({ times, last }: MemberSet, now: number): number => (now - last < windowMs ? times.size : 0);
  const sets = createBounded<MemberSet>({ keysMax, weight });
  const live = ({ times }: MemberSet, now: number): number => {
    // The oldest come first.
    for (const [member, time] of times) {
      if (now - time < windowMs) break;
      times.delete(member);
    }
    return times.size;
  };
  return {
    add(key, member, time) {
      const set = sets.get(key) ?? { times: new Map<string, number>(), last: time };
      set.times.delete(member);
      if (set.times.size >= MEMBERS_MAX) for (const oldest of set.times.keys()) if (set.times.delete(oldest)) break;
      set.times.set(member, time);
      set.last = time;
      sets.set(key, set, time);
      return live(set, time);
    },
    count(key, time) {
      const set = sets.get(key);
      return set === undefined ? 0 : live(set, time);
    },
    get keys() {
      return sets.size;
    },
  };
}

/** How many different ones there were in the last while, for one window or up to two. */
export interface Crowd {
  add(member: string, time: number): void;
  count(time: number): number;
  readonly keys: number;
}

export function createCrowd({ windowMs }: { readonly windowMs: number }): Crowd {
  let [current, previous] = [new Set<string>(), new Set<string>()];
  let window = Number.NEGATIVE_INFINITY;
  /** All crowds turn at the same moments: their counts are compared with each other. */
  const turn = (time: number): void => {
    const now = Math.floor(time / windowMs);
    if (now === window) return;
    previous = now === window + 1 ? current : new Set();
    current = new Set();
    window = now;
  };
  return {
    add(member, time) {
      turn(time);
      previous.delete(member);
      if (current.size < CROWD_MAX) current.add(member);
    },
    count(time) {
      turn(time);
      return current.size + previous.size;
    },
    get keys() {
      return current.size + previous.size;
    },
  };
}
