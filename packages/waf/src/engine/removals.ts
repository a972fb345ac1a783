import type { Entry } from "./entry.ts";
import type { Picks } from "./selector.ts";
import type { State } from "./state.ts";

/** A variable, or some of its entries, that a rule must not look at. */
export interface Exception {
  readonly variable: string;
  /** Undefined: the whole variable. */
  readonly picks: Picks | undefined;
}

/** Rules and targets that `ctl` has taken away for the rest of one transaction. Rules go by the number of their place in the set. */
export interface Removals {
  remove(heads: readonly number[]): void;
  except(heads: readonly number[], exception: Exception): void;
  isRemoved(head: number): boolean;
  /** Was anything taken from any rule's targets? */
  hasExceptions(): boolean;
  /** Undefined where nothing was taken from the rule's targets. */
  exceptionsOf(head: number): readonly Exception[] | undefined;
}

/** Nothing is removed. */
export function createRemovals(heads: number): Removals {
  let removed: Uint8Array | undefined;
  let exceptions: Map<number, Exception[]> | undefined;
  return {
    remove(numbers) {
      removed ??= new Uint8Array(heads);
      for (const number of numbers) removed[number] = 1;
    },
    except(numbers, exception) {
      exceptions ??= new Map();
      for (const number of numbers) {
        const known = exceptions.get(number);
        if (known === undefined) exceptions.set(number, [exception]);
        else known.push(exception);
      }
    },
    isRemoved: (head) => removed !== undefined && removed[head] === 1,
    hasExceptions: () => exceptions !== undefined,
    exceptionsOf: (head) => exceptions?.get(head),
  };
}

/** Is the entry of that variable one of the exceptions? */
export function isExcepted(exceptions: readonly Exception[] | undefined, variable: string, entry: Entry, state: State): boolean {
  if (exceptions === undefined) return false;
  for (const exception of exceptions) {
    if (exception.variable === variable && (exception.picks === undefined || exception.picks(entry, state))) return true;
  }
  return false;
}
