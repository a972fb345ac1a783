export type { Checkpoint, Trail } from "./contract.ts";
export type { ReadFolder, WriteFile } from "./folder.ts";
export { createTrailReader, type TrailReader, type TrailReaderNeeds, verifyFolder } from "./reader.ts";
export { SHOW_ENTRIES_MAX, type ShowFilter, type ShownEntry, type ShownSlot } from "./show.ts";
export { entryTables, tables } from "./tables.ts";
export { createTrail, type TrailNeeds } from "./trail.ts";
export type { Verification } from "./verify.ts";
