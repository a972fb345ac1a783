export type { ListenerLimits } from "./contract.ts";
export { createListener } from "./listener.ts";
export { createReflection } from "./reflect.ts";
export { createUpstream } from "./upstream.ts";
export { createWitness, type PassageRecord } from "./witness.ts";
