import type { Disruptive, Rule } from "../rule/index.ts";
import { excerpt } from "../text/index.ts";
import type { Verdict } from "./contract.ts";
import type { Template } from "./macro.ts";
import type { State } from "./state.ts";

/** How far an `allow` reaches. */
export type AllowScope = "phase" | "request" | "all";

/** What a rule that has matched asks to be done with the transaction. */
export type Outcome =
  | { readonly kind: "go-on" }
  | { readonly kind: "allow"; readonly scope: AllowScope }
  | { readonly kind: "refuse"; readonly verdict: Verdict };

const GO_ON: Outcome = { kind: "go-on" };
/** What `drop` answers where the connection cannot simply be cut. */
const DROPPED_STATUS = 403;

type Make = (disruptive: Disruptive, rule: Rule, location: string) => Outcome;

const OUTCOMES: { readonly [kind in Disruptive["kind"]]: Make } = {
  pass: () => GO_ON,
  // Whoever makes the rule has put the default action in its place; without one there is nothing to do.
  block: () => GO_ON,
  allow: () => ({ kind: "allow", scope: "all" }),
  "allow:phase": () => ({ kind: "allow", scope: "phase" }),
  "allow:request": () => ({ kind: "allow", scope: "request" }),
  drop: (_, rule) => ({
    kind: "refuse",
    verdict: { act: "refuse", status: DROPPED_STATUS, ruleId: rule.id, reason: reasonOf(rule), drop: true },
  }),
  deny: (disruptive, rule) => refuse(disruptive, rule, undefined),
  redirect: (disruptive, rule, location) => refuse(disruptive, rule, location),
};

/** The outcome of a rule that has matched. `location` is where a redirect goes. */
export function outcomeOf(rule: Rule, location: Template | undefined, state: State): Outcome {
  return OUTCOMES[rule.disruptive.kind](rule.disruptive, rule, location?.fill(state) ?? "");
}

function refuse(disruptive: Disruptive, rule: Rule, location: string | undefined): Outcome {
  const status = "status" in disruptive ? disruptive.status : DROPPED_STATUS;
  const verdict = { act: "refuse", status, ruleId: rule.id, reason: reasonOf(rule) } as const;
  return { kind: "refuse", verdict: location === undefined ? verdict : { ...verdict, location: headerSafe(location) } };
}

function reasonOf(rule: Rule): string {
  return rule.meta.message === "" ? `rule ${rule.id}` : excerpt(rule.meta.message);
}

/** A location may be made of what the client sent: a line break in it would be a header of the client's. */
function headerSafe(location: string): string {
  return location.replace(/[^\x21-\x7e]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, "0").toUpperCase()}`);
}
