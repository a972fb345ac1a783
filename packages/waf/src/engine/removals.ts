import type { Entry } from "./entry.ts";
import type { HeadMask } from "./heads.ts";
import type { Picks } from "./selector.ts";
import type { State } from "./state.ts";

/** Variables, or some of their entries, that rules must not look at. */
export interface Exception {
  readonly heads: HeadMask;
  readonly variables: readonly string[];
  /** Undefined: all of them. */
  readonly picks: Picks | undefined;
}

/** Rules and targets that `ctl` has taken away for the rest of one transaction. Rules go by the number of their place in the set. */
export interface Removals {
  remove(heads: HeadMask): void;
  except(exception: Exception): void;
  isRemoved(head: number): boolean;
  /** Was anything taken from this rule's targets? */
  hasExceptions(head: number): boolean;
  isExcepted(head: number, variable: string, entry: Entry, state: State): boolean;
}

/** Removals and exceptions of one transaction: each is looked through for every rule that runs. The same one is kept once. */
const REMOVALS_MAX = 1_000;

/** Nothing is removed. Throws when rules remove more than 1,000 different things in one transaction. */
export function createRemovals(): Removals {
  const removed: HeadMask[] = [];
  const exceptions: Exception[] = [];
  return {
    remove: (heads) => add(removed, heads),
    except: (exception) => add(exceptions, exception),
    isRemoved(head) {
      for (const heads of removed) if (heads[head] === 1) return true;
      return false;
    },
    hasExceptions(head) {
      for (const { heads } of exceptions) if (heads[head] === 1) return true;
      return false;
    },
    isExcepted(head, variable, entry, state) {
      for (const { heads, variables, picks } of exceptions) {
        if (heads[head] === 1 && variables.includes(variable) && (picks === undefined || picks(entry, state))) return true;
      }
      return false;
    },
  };
}

function add<Kind>(list: Kind[], item: Kind): void {
  if (list.includes(item)) return;
  if (list.length >= REMOVALS_MAX) throw new Error(`Rules took more than ${REMOVALS_MAX} things away in one request.`);
  list.push(item);
}
