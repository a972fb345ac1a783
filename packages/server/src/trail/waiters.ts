import type { Fault } from "../kit/index.ts";
import type { Checkpoint } from "./contract.ts";
import type { Place } from "./growth.ts";
import { isBehind } from "./intake.ts";

/** Those who wait until a place of the log is covered by a checkpoint. */
export interface Waiters {
  readonly isEmpty: boolean;
  add(place: Place): Promise<Checkpoint>;
  answer(covered: Place, head: Checkpoint): void;
  fail(fault: Fault): void;
}

interface Waiter {
  readonly place: Place;
  readonly resolve: (head: Checkpoint) => void;
  readonly reject: (error: Fault) => void;
}

export function createWaiters(): Waiters {
  const waiting = new Set<Waiter>();
  return {
    get isEmpty() {
      return waiting.size === 0;
    },
    add(place) {
      const { promise, resolve, reject } = Promise.withResolvers<Checkpoint>();
      waiting.add({ place, resolve, reject });
      return promise;
    },
    answer(covered, head) {
      for (const waiter of waiting) {
        if (isBehind(covered, waiter.place)) continue;
        waiting.delete(waiter);
        waiter.resolve(head);
      }
    },
    fail(fault) {
      for (const { reject } of waiting) reject(fault);
      waiting.clear();
    },
  };
}
