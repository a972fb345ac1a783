import { START, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
  detection: "erasure-failed",
  attacks: [{ name: "an erasure that cannot go on", events: [{ kind: "erasure.failed", at: START, because: "rows name each other" }] }],
  benign: [
    {
      name: "erasures that were done",
      events: times(
        30,
        (n) => ({ kind: "subject.erased", at: START + n, certificate: "ab", rows: 10, openings: 99, sessions: 0 }) as const,
      ),
    },
  ],
};
