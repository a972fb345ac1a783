export type { ListenerLimits } from "./contract.ts";
export { createListener, type Listener } from "./listener.ts";
export { createReflection } from "./reflect.ts";
export { createUpstream } from "./upstream.ts";
export { createWitness, type PassageRecord } from "./witness.ts";
