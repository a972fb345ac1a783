import type { Transaction, Verdict } from "../engine/index.ts";

/** A request for which the firewall could not even be asked: whatever it is asked, it throws what went wrong, and whoever asks refuses. */
export function unopened(error: unknown): Transaction {
  const fail = (): Verdict => {
    throw error;
  };
  return {
    id: "none",
    head: fail,
    feed: fail,
    body: fail,
    response: fail,
    feedResponse: fail,
    responseBody: fail,
    close: () => undefined,
    matches: [],
    logged: [],
    wouldRefuse: undefined,
    bodyFacts: undefined,
    score: 0,
    watchesResponseBody: false,
    steps: 0,
  };
}
