import type { Limits, Rate } from "../model/plan.ts";
import type { Facts } from "./contract.ts";

/** By what a limit counts. */
export type KeyKind = "address" | "prefix" | "account";

export interface LimitRow {
  readonly name: RateName;
  readonly stage: Facts["stage"];
  readonly key: KeyKind;
  /** Whether the limit applies to these facts, beyond their stage. */
  readonly when: (facts: Facts) => boolean;
}

/** The limits of the plan that are rates. */
export type RateName = { [N in keyof Limits]: Limits[N] extends Rate ? N : never }[keyof Limits];

const always = (): boolean => true;
const onRoute =
  (limit: "signIn" | "signUp") =>
  (facts: Facts): boolean =>
    facts.stage === "head" && facts.limit === limit;

/** Every limit on rates, one row each. To add one: its default in the plan, and a row here. */
export const LIMITS: readonly LimitRow[] = [
  { name: "newConnectionsPerAddress", stage: "address", key: "address", when: always },
  { name: "streamsPerAddress", stage: "stream", key: "address", when: always },
  { name: "requestsPerAddress", stage: "head", key: "address", when: always },
  // Each request takes one; what the rules' look at it took besides is charged when it is known.
  { name: "inspectionKilostepsPerAddress", stage: "head", key: "address", when: always },
  { name: "requestsPerPrefix", stage: "head", key: "prefix", when: always },
  { name: "signInsPerAddress", stage: "head", key: "address", when: onRoute("signIn") },
  { name: "signUpsPerAddress", stage: "head", key: "address", when: onRoute("signUp") },
  { name: "requestsPerAccount", stage: "actor", key: "account", when: always },
  { name: "writesPerAccount", stage: "actor", key: "account", when: (facts) => facts.stage === "actor" && facts.writes },
];
