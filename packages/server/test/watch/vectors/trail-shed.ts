import { START, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
  detection: "trail-shed",
  attacks: [{ name: "more refusals than are kept", events: [{ kind: "trail.shed", at: START, what: "request.refused", count: 9_000 }] }],
  benign: [
    {
      name: "refusals that are kept",
      events: times(
        200,
        (n) => ({ kind: "request.refused", at: START + n, rule: "requestsPerAddress", route: "rest.read", status: 429 }) as const,
      ),
    },
  ],
};
