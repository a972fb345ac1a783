import type { Column, ColumnType, Table } from "../model/schema.ts";

/** What goes to the ledger: appended in the commit that it tells of. */
export const LEDGER = "backup.ledger";
/** The signed files of the ledger, kept until they lie beside the backups. */
export const SEGMENTS = "backup.segments";
/** The backups that the schedule made and looks after. */
export const BACKUPS = "backup.backups";
export const DRILLS = "backup.drills";
/** After a restore: what the ledger says must be done again before anybody is served. */
export const OWED = "backup.owed";

const column = (name: string, type: ColumnType): Column => ({ name, type, nullable: false });
const optional = (name: string, type: ColumnType): Column => ({ name, type, nullable: true });
const ledgerColumns = [column("what", "text"), column("who", "text"), column("at", "integer")];

function rows(name: string, key: readonly string[], columns: readonly Column[]): Table {
  return { name, kind: "rows", key, columns, indexes: [], changes: false };
}

export const tables: readonly Table[] = [
  { name: LEDGER, kind: "log", key: [], columns: ledgerColumns, indexes: [], changes: false },
  rows(
    SEGMENTS,
    ["instance", "number"],
    [
      column("instance", "blob"),
      column("number", "integer"),
      column("size", "integer"),
      column("bytes", "blob"),
      column("hash", "blob"),
      // The last commit that is in it.
      column("position", "integer"),
      column("at", "integer"),
      optional("sent_at", "integer"),
    ],
  ),
  rows(
    BACKUPS,
    ["number"],
    [
      column("number", "integer"),
      column("name", "text"),
      column("target", "text"),
      column("made_at", "integer"),
      column("bytes", "integer"),
      column("trail_size", "integer"),
      // The roots that opened the keyring then, so that a replaced root makes a new backup due.
      column("roots", "text"),
      optional("proven_at", "integer"),
      optional("removed_at", "integer"),
    ],
  ),
  rows(
    DRILLS,
    ["number"],
    [
      column("number", "integer"),
      column("at", "integer"),
      column("backup", "text"),
      column("passed", "integer"),
      optional("because", "text"),
      column("elapsed_ms", "integer"),
      optional("loss_ms", "integer"),
      optional("lost_entries", "integer"),
      optional("rows", "integer"),
      column("bytes", "integer"),
    ],
  ),
  rows(OWED, ["number"], [column("number", "integer"), ...ledgerColumns]),
];

/** What does not outlive a restore: it tells of another place. */
export const endedBackupTables: readonly string[] = [LEDGER, SEGMENTS, BACKUPS, DRILLS];
