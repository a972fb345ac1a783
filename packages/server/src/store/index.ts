export { changesTable, decodeCells, encodeCells, type StoredCell } from "./change.ts";
export {
  type Batch,
  CHANGES,
  CHANGES_COLUMNS,
  type Decision,
  type LogRow,
  type MigrationReport,
  type Order,
  type Position,
  type Query,
  type Receipt,
  type Row,
  type RowValues,
  type Step,
  type Store,
  type View,
} from "./contract.ts";
export { lockFolder } from "./lock.ts";
export { type Rebuilding, rebuildDatabase } from "./sqlite/long-read.ts";
export { openSqliteStore, type SqliteNeeds } from "./sqlite/store.ts";
