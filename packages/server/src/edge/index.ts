export { createEdge, type Edge, type EdgeNeeds } from "./edge.ts";
export { type PublicFault, publicFault, STATUS } from "./faults.ts";
export { healthDialect } from "./health.ts";
export { EDGE_LIMITS, type EdgeLimits, type JsonLimits } from "./limits.ts";
export type { Certificate } from "./tls.ts";
