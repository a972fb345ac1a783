import { START, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
  detection: "advisory",
  attacks: [
    {
      name: "a known weakness in what is loaded",
      events: [{ kind: "advisory.found", at: START, advisory: "GHSA-1", package: "x", version: "1.0.0", severity: "high", loaded: "yes" }],
    },
    {
      name: "a source that cannot be reached",
      events: [{ kind: "advisories.failed", at: START, source: "osv", because: "it does not answer" }],
    },
  ],
  benign: [
    {
      name: "checks that find nothing",
      events: times(
        10,
        (n) => ({ kind: "advisories.checked", at: START + n, source: "osv", packages: 40, open: 0, overdue: 0, worst: "none" }) as const,
      ),
    },
  ],
};
