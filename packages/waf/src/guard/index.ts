import { boolean, date, number, oneOf, text, uuid } from "./shape.ts";

export type { DeclaredRoute } from "./declared-route.ts";
export type { Exclusion, Trial } from "./exclusion.ts";
export { type ExplainedRequest, type Explanation, explain } from "./explain.ts";
export { createGuard, type Guard, type GuardNeeds, type Policy, type Review } from "./guard.ts";
export { type RecordOptions, readRecord, recordRequest } from "./record.ts";
export { type Difference, type ReplayResult, replay } from "./replay.ts";
export type { Shape } from "./shape.ts";

/** What the value of a declared parameter may be. */
export const shape = { boolean, date, number, oneOf, text, uuid } as const;
export { type WarmUpOptions, warmUp } from "./warm-up.ts";
