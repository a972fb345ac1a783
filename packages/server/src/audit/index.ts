export { type Audit, type AuditStanding, createAudit } from "./audit.ts";
export { CHECKS } from "./checks/index.ts";
export type {
  Facts,
  KeptRun,
  LastResult,
  ListenerFacts,
  PlaceFacts,
  Report,
  RuntimeFacts,
  Severity,
  Sources,
  SupplyFacts,
  WatchFacts,
} from "./contract.ts";
export { tryForgeries } from "./forgeries.ts";
export { probeListener } from "./probes/listener.ts";
export { startSchedule } from "./schedule.ts";
export { ownSecretsIn, secretsIn } from "./secrets-in-text.ts";
export { tables } from "./tables.ts";
export { crossTenantLeaks } from "./tenants.ts";
