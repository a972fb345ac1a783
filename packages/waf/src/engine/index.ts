export type { Match, OpenOptions, TraceEvent, Transaction, Verdict, Waf, WafNeeds } from "./contract.ts";
export { idleRemarks } from "./idle-remarks.ts";
export { KNOWN_NAMES } from "./known-names.ts";
export { judgeUnread } from "./unread.ts";
export { VARIABLE_NAMES } from "./variables/index.ts";
export { createWaf, STEPS_MAX } from "./waf.ts";
