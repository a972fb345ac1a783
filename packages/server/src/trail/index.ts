export type { Checkpoint, Trail } from "./contract.ts";
export { entryTables, tables } from "./tables.ts";
export { createTrail, type TrailNeeds } from "./trail.ts";
