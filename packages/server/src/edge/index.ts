export { askControl } from "./ask-control.ts";
export { type ControlCommand, createControl } from "./control.ts";
export { createEdge, type Edge, type EdgeNeeds } from "./edge.ts";
export { STATUS } from "./faults.ts";
export { healthDialect } from "./health.ts";
export { type Json, readJson } from "./json.ts";
export { EDGE_LIMITS, type EdgeLimits, type JsonLimits } from "./limits.ts";
export { type PageFile, pagesDialect } from "./pages.ts";
export type { Certificate } from "./tls.ts";
