import { personal } from "../../../src/kit/index.ts";
import { idOf, START, times, type Vectors } from "./vector.ts";

export const backupFailed: Vectors = {
  detection: "backup-failed",
  attacks: [
    { name: "a backup that failed", events: [{ kind: "backup.failed", at: START, because: "backup.refused" }] },
    { name: "a drill that failed", events: [{ kind: "drill.failed", at: START, backup: "a.holdfast", because: "a page is damaged" }] },
  ],
  benign: [
    {
      name: "backups that were made",
      events: times(30, (n) => ({ kind: "backup.made", at: START + n, bytes: 1, name: `${n}.holdfast` }) as const),
    },
  ],
};

export const erasureFailed: Vectors = {
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

export const integrity: Vectors = {
  detection: "integrity",
  attacks: [
    { name: "a trail that refuses to sign", events: [{ kind: "trail.refused", at: START, because: "it is smaller than what was signed" }] },
    {
      name: "a value that does not open",
      events: [{ kind: "record.damaged", at: START, collection: "patients", field: "name", row: personal(idOf(1), null) }],
    },
  ],
  benign: [
    {
      name: "look-ups that find nothing",
      events: times(50, (n) => ({ kind: "lookup.missed", at: START + n, collection: "patients", field: "national_id" }) as const),
    },
  ],
};

export const clockJumped: Vectors = {
  detection: "clock-jumped",
  attacks: [
    { name: "an hour forward", events: [{ kind: "clock.jumped", at: START, byMs: 3_600_000 }] },
    { name: "a day back", events: [{ kind: "clock.jumped", at: START, byMs: -86_400_000 }] },
  ],
  benign: [
    {
      name: "small corrections",
      events: times(20, (n) => ({ kind: "clock.jumped", at: START + n, byMs: n % 2 === 0 ? 6_000 : -6_000 }) as const),
    },
  ],
};

export const advisory: Vectors = {
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

export const trailShed: Vectors = {
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
