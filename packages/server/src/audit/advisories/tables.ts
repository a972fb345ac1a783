import type { Table } from "../../model/schema.ts";

export const SEEN = "audit.advisories";

/** When this server first knew of an advisory about a version that it has: deadlines run from here. */
export const tables: readonly Table[] = [
  {
    name: SEEN,
    kind: "rows",
    key: ["advisory", "package", "version"],
    columns: [
      { name: "advisory", type: "text", nullable: false },
      { name: "package", type: "text", nullable: false },
      { name: "version", type: "text", nullable: false },
      { name: "seen_at", type: "integer", nullable: false },
    ],
    indexes: [],
    changes: false,
  },
];
