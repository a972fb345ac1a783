import { START, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
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
