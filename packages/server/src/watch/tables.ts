import type { Table } from "../model/schema.ts";

export const STATE = "watch.state";
export const MEMORY = "watch.memory";
export const ALERTS = "watch.alerts";
export const OUTBOX = "watch.outbox";
export const SILENCES = "watch.silences";

const text = (name: string) => ({ name, type: "text", nullable: false }) as const;
const integer = (name: string) => ({ name, type: "integer", nullable: false }) as const;
const blob = (name: string, nullable = false) => ({ name, type: "blob", nullable }) as const;

function table(name: string, key: readonly string[], columns: Table["columns"], indexes: Table["indexes"] = []): Table {
  return { name, kind: "rows", key, columns, indexes, changes: false };
}

export const tables: readonly Table[] = [
  // How far the trail was read, from where to read again after a restart, and what was counted on the way.
  table(STATE, ["name"], [text("name"), integer("position"), integer("warm_from"), text("counted")]),
  table(
    MEMORY,
    ["detection", "item"],
    [text("detection"), text("item"), integer("value"), blob("account", true)],
    [{ columns: ["account"], unique: false }],
  ),
  table(
    ALERTS,
    ["id"],
    [
      blob("id"),
      text("detection"),
      text("severity"),
      text("subject"),
      blob("account", true),
      text("sentence"),
      integer("count"),
      integer("first_at"),
      integer("last_at"),
      text("state"),
    ],
    [
      { columns: ["last_at"], unique: false },
      { columns: ["account"], unique: false },
      { columns: ["state"], unique: false },
    ],
  ),
  // Messages that no receiver has taken yet, by channel.
  table(OUTBOX, ["id"], [blob("id"), text("channel"), text("detection"), text("message"), integer("created_at")]),
  table(
    SILENCES,
    ["id"],
    [
      blob("id"),
      text("detection"),
      { name: "subject", type: "text", nullable: true },
      text("owner"),
      text("reason"),
      integer("created_at"),
      integer("until"),
    ],
  ),
];
