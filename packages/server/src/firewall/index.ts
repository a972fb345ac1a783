export type { Facts, Firewall, Inspection, LimitName, LimitState, Outcome, RequestText, Suspicion, Verdict } from "./contract.ts";
export { createFirewall, type FirewallNeeds } from "./firewall.ts";
export { HASH_KEY_BYTES } from "./half-siphash.ts";
export { createNetworks, type Networks, resolveAddress } from "./networks.ts";
