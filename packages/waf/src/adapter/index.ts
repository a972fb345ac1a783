export type { Protection, Refused } from "./contract.ts";
export { expressFirewall } from "./express.ts";
export { fastifyFirewall } from "./fastify.ts";
export { honoFirewall } from "./hono.ts";
export { protect, protectUpgrade, reportBroken } from "./node.ts";
