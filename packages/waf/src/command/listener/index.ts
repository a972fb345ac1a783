export type { Origin, PassageRecord } from "./contract.ts";
export { createListener } from "./listener.ts";
export { createReflection } from "./reflect.ts";
export { createUpstream } from "./upstream.ts";
