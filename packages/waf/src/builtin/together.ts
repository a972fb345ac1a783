// The built-in rules and the Core Rule Set side by side.
//
// Each of the two errs in its own way, and a request that either refuses is refused: taken as they are, their false alarms would add up.
// So the built-in rules look first, and what they refuse the other rules never see (one event for one attack). What the Core Rule Set then
// makes of the rest counts in full where a detector has seen something as well (weight 3), or where it is sure of itself: rules on
// injection have to reach twice the threshold on their own. Its rules on the protocol count as ever.
import { addTo, joinRules, type Marker, marker, type Rule, type RuleSet, rule, setVariable } from "../rule/index.ts";
import { builtinItems } from "./items.ts";
import { DECISION_ID, type Level, THRESHOLD } from "./numbers.ts";

/** Ids of the Core Rule Set: its initialisation begins at 901, the decision on a request stands at 949. */
const CORE_FIRST = 901_000;
const CORE_DECISION = 949_000;
const CORE_DECISION_LAST = 949_999;
const CORE_LAST = 999_999;

/** Where the Core Rule Set (3 and 4) sums up its rules on injection. */
const INJECTION_SCORES: readonly string[] = ["sql_injection_score", "xss_score", "rce_score", "php_injection_score", "lfi_score", "rfi_score", "session_fixation_score"]; // biome-ignore format: one line

/**
 * Both sets as one; settings and set-up are those of `core`, and what its directives remove or update they remove and update here, too.
 * A set that is not the Core Rule Set keeps its own decisions, behind ours.
 */
export function withBuiltinRules(core: RuleSet, { paranoia = 1 }: { readonly paranoia?: Level } = {}): RuleSet {
  const first = core.items.findIndex((item) => isBetween(item, CORE_FIRST, CORE_LAST));
  const decision = core.items.findIndex((item) => isBetween(item, CORE_DECISION, CORE_DECISION_LAST));
  const start = first < 0 ? core.items.length : first;
  const end = decision < 0 ? core.items.length : decision;
  const own = [...builtinItems(paranoia, "with-hints"), ...(decision < 0 ? [] : confirmationItems())];
  return joinRules(core, own, (adapted) => [
    ...core.items.slice(0, start),
    ...adapted.filter((item) => !isConfirmation(item)),
    ...core.items.slice(start, end),
    ...adapted.filter(isConfirmation),
    ...core.items.slice(end),
  ]);
}

function isBetween(item: Rule | Marker, from: number, to: number): boolean {
  return !("marker" in item) && item.id >= from && item.id <= to;
}

function isConfirmation(item: Rule | Marker): boolean {
  return "marker" in item ? item.marker === CONFIRMED : item.id >= CONFIRMATION_FIRST && item.id <= CONFIRMATION_LAST;
}

const CONFIRMED = "builtin-core-confirmed";
const CONFIRMATION_FIRST = DECISION_ID + 300;
const CONFIRMATION_LAST = DECISION_ID + 399;
const INJECTION = "builtin_core_injection";

/** Raises the threshold by what nobody confirms: what is left has to reach it alone. */
function confirmationItems(): (Rule | Marker)[] {
  const quiet = { phase: 2, log: false, tags: ["builtin", "builtin/control"] } as const;
  return [
    rule({ ...quiet, id: DECISION_ID + 301, targets: ["&TX:builtin_hint"], operator: { name: "gt", argument: "0" }, skipAfter: CONFIRMED }),
    rule({ ...quiet, id: DECISION_ID + 302, actions: [setVariable(`tx.${INJECTION}`, 0)] }),
    ...INJECTION_SCORES.map((name, index) =>
      rule({ ...quiet, id: DECISION_ID + 310 + index, targets: [`TX:${name}`], operator: { name: "gt", argument: "0" }, actions: [addTo(`tx.${INJECTION}`, `%{TX.${name}}`)] }),
    ),
    rule({ ...quiet, id: DECISION_ID + 330, targets: [`TX:${INJECTION}`], operator: { name: "ge", argument: String(2 * THRESHOLD) }, skipAfter: CONFIRMED }),
    rule({ ...quiet, id: DECISION_ID + 331, targets: [`TX:${INJECTION}`], operator: { name: "gt", argument: "0" }, actions: [addTo("tx.inbound_anomaly_score_threshold", `%{TX.${INJECTION}}`)] }),
    marker(CONFIRMED),
  ]; // biome-ignore format: one row each
}
