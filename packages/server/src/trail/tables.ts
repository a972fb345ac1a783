import type { Table } from "../model/schema.ts";

export const ENTRIES = "trail.entries";
export const OPENINGS = "trail.openings";
export const ORIGINS = "trail.origins";
export const TILES = "trail.tiles";
export const CHECKPOINTS = "trail.checkpoints";

/** What a batch that carries an entry writes to: every room that commits entries needs these two in its view of the store. */
export const entryTables: readonly string[] = [ENTRIES, OPENINGS];

export const tables: readonly Table[] = [
  {
    name: ENTRIES,
    kind: "log",
    key: [],
    columns: [{ name: "leaf", type: "blob", nullable: false }],
    indexes: [],
    changes: false,
  },
  {
    name: OPENINGS,
    kind: "rows",
    key: ["entry", "slot"],
    columns: [
      { name: "entry", type: "blob", nullable: false },
      { name: "slot", type: "integer", nullable: false },
      { name: "subject", type: "blob", nullable: true },
      { name: "sealed", type: "blob", nullable: false },
    ],
    indexes: [{ columns: ["subject"], unique: false }],
    changes: false,
  },
  {
    // One row a log: a restore opens the next. `after` is the last commit of the log before it, so that entries need no mark of their own.
    name: ORIGINS,
    kind: "rows",
    key: ["number"],
    columns: [
      { name: "number", type: "integer", nullable: false },
      { name: "origin", type: "text", nullable: false },
      { name: "public_key", type: "blob", nullable: false },
      { name: "after", type: "integer", nullable: false },
      { name: "size", type: "integer", nullable: false },
      { name: "position", type: "integer", nullable: false },
      { name: "n", type: "integer", nullable: false },
    ],
    indexes: [],
    changes: false,
  },
  {
    // C2SP tlog-tiles: a partial tile is a prefix of the wider one, so one growing row serves all its widths.
    name: TILES,
    kind: "rows",
    key: ["origin", "level", "tile"],
    columns: [
      { name: "origin", type: "integer", nullable: false },
      { name: "level", type: "integer", nullable: false },
      { name: "tile", type: "integer", nullable: false },
      { name: "hashes", type: "blob", nullable: false },
    ],
    indexes: [],
    changes: false,
  },
  {
    // Numbered from 1 without a gap, so that a checkpoint that was taken out is missed.
    name: CHECKPOINTS,
    kind: "rows",
    key: ["origin", "number"],
    columns: [
      { name: "origin", type: "integer", nullable: false },
      { name: "number", type: "integer", nullable: false },
      { name: "size", type: "integer", nullable: false },
      { name: "position", type: "integer", nullable: false },
      { name: "note", type: "text", nullable: false },
    ],
    indexes: [],
    changes: false,
  },
];
