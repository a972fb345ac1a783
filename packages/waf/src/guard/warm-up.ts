import type { Waf } from "../engine/index.ts";
import { type Rehearsed, rehearsalRound } from "./rehearsal.ts";

/** Rounds after which first requests get hardly faster any more. */
const ROUNDS = 8;
/** No further request is begun beyond: half a million are about a millisecond where the code is warm, and several where it is not. */
const STEPS_MAX = 50_000_000;

export interface WarmUpOptions {
  /** Ends when there is time for one more request: it is awaited in front of each, so that real ones come in between. */
  readonly turn?: () => Promise<void>;
  /** No further request is begun once so many steps have been spent. */
  readonly stepsMax?: number;
  readonly rounds?: number;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/**
 * Shows a firewall a bounded number of ordinary requests of its own making, so that the first real ones find tables filled and code
 * compiled. They leave no trace in collections, reviews and logs. Gives the number of requests and what they cost, in steps.
 */
export async function warmUp(waf: Waf, options: WarmUpOptions = {}): Promise<{ readonly requests: number; readonly steps: number }> {
  const { turn = nextTurn, stepsMax = STEPS_MAX, rounds = ROUNDS, signal } = options;
  let requests = 0;
  let steps = 0;
  for (let round = 0; round < rounds; round++) {
    for (const request of rehearsalRound(round)) {
      await turn();
      if (steps >= stepsMax || signal?.aborted === true) return { requests, steps };
      steps += rehearse(waf, request);
      requests++;
    }
  }
  return { requests, steps };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function rehearse(waf: Waf, { head, body }: Rehearsed): number {
  const transaction = waf.open(head, { isRehearsal: true });
  if (transaction.head().act === "allow" && transaction.feed(body).act === "allow") transaction.body();
  transaction.close();
  return transaction.steps;
}
