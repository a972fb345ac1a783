import type { Table } from "../model/schema.ts";

export const RUNS = "audit.runs";
export const WAIVERS = "audit.waivers";

/** Times are µs UTC, like every date-time in the store. */
export const tables: readonly Table[] = [
  {
    name: RUNS,
    kind: "rows",
    key: ["id"],
    columns: [
      { name: "id", type: "blob", nullable: false },
      { name: "at", type: "integer", nullable: false },
      { name: "trigger", type: "text", nullable: false },
      { name: "grade", type: "text", nullable: false },
      // The report as JSON, byte for byte what its digest was made of.
      { name: "report", type: "text", nullable: false },
      { name: "digest", type: "blob", nullable: false },
      { name: "previous", type: "blob", nullable: true },
    ],
    indexes: [{ columns: ["at"], unique: false }],
    changes: false,
  },
  {
    name: WAIVERS,
    kind: "rows",
    key: ["id"],
    columns: [
      { name: "id", type: "blob", nullable: false },
      { name: "check", type: "text", nullable: false },
      { name: "fingerprint", type: "text", nullable: true },
      { name: "reason", type: "text", nullable: false },
      { name: "owner", type: "text", nullable: false },
      { name: "approved_by", type: "text", nullable: false },
      { name: "created_at", type: "integer", nullable: false },
      { name: "expires_at", type: "integer", nullable: false },
      { name: "ended_at", type: "integer", nullable: true },
    ],
    indexes: [],
    changes: false,
  },
];
