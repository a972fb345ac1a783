export { type AdvisoryReport, type CheckNeeds, checkAdvisories, type Finding } from "./check.ts";
export type { Severity } from "./cvss.ts";
export { type Part, takeInventory } from "./inventory.ts";
export { lifeOfNode, type NodeLife } from "./node-life.ts";
export { type Fetch, openSource, type Source, type SourceNeeds } from "./sources.ts";
