import { randomUUID } from "node:crypto";
import { createGuard, type Guard, type GuardNeeds } from "./guard/index.ts";

/** `rules` is all that has to be said. */
export interface FirewallOptions extends Partial<GuardNeeds> {
  readonly rules: GuardNeeds["rules"];
}

/** A firewall ready for an adapter. Throws RuleProblem where a rule or the policy cannot be meant: at the start, not at the first request. */
export function createFirewall(options: FirewallOptions): Guard {
  return createGuard({ policy: {}, now: Date.now, newId: randomUUID, ...options });
}
