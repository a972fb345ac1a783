import type { Table } from "../model/schema.ts";

export const OUTBOX = "mail.outbox";

/** Letters that wait. Times are µs UTC; all that a letter says, to whom it goes included, is sealed. */
const outbox: Table = {
  name: OUTBOX,
  kind: "rows",
  key: ["id"],
  columns: [
    { name: "id", type: "blob", nullable: false },
    { name: "subject", type: "blob", nullable: true },
    { name: "sealed", type: "blob", nullable: false },
    { name: "tries", type: "integer", nullable: false },
    { name: "created_at", type: "integer", nullable: false },
    { name: "due_at", type: "integer", nullable: false },
    { name: "expires_at", type: "integer", nullable: false },
  ],
  indexes: [
    { columns: ["due_at"], unique: false },
    { columns: ["expires_at"], unique: false },
    { columns: ["subject"], unique: false },
  ],
  changes: false,
};

export const tables: readonly Table[] = [outbox];
