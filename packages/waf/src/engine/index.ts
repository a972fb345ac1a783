export type { Match, OpenOptions, TraceEvent, Transaction, Verdict, Waf, WafNeeds } from "./contract.ts";
export { KNOWN_NAMES } from "./known-names.ts";
export { createWaf, STEPS_MAX } from "./waf.ts";
