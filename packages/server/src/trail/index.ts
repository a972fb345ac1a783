export type { Checkpoint, Trail } from "./contract.ts";
export type { ReadFolder, WriteFile } from "./folder.ts";
export { createTrailReader, type TrailReader, type TrailReaderNeeds, verifyFolder, verifyLogs } from "./reader.ts";
export { SHOW_ENTRIES_MAX, type ShowFilter, type ShownEntry, type ShownSlot } from "./show.ts";
export { type Succession, succeedLog } from "./succession.ts";
export { entryTables, tables } from "./tables.ts";
export { createTrail, type TrailNeeds } from "./trail.ts";
export type { Verification } from "./verify.ts";
