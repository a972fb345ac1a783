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
  type Set = Map<string, number>;
  const live = (set: Set, now: number): number => {
    let count = 0;
    for (const time of set.values()) if (now - time < windowMs) count += 1;
    return count;
  };
  const sets = createBounded<Set>({ keysMax, weight: live });
  return {
    add(key, member, time) {
      const set: Set = sets.get(key) ?? new Map<string, number>();
      // Behind all others: the first is always the oldest.
      set.delete(member);
      if (set.size >= MEMBERS_MAX) for (const oldest of set.keys()) if (set.delete(oldest)) break;
      set.set(member, time);
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
  let since = Number.NEGATIVE_INFINITY;
  const turn = (time: number): void => {
    if (time - since < windowMs) return;
    previous = time - since < windowMs * 2 ? current : new Set();
    current = new Set();
    since = time;
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
