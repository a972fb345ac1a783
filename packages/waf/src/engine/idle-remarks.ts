import type { Phase, Remark, Rule, RuleSet, Target } from "../rule/index.ts";
import { type Since, VARIABLES } from "./variables/index.ts";

/** The phase in which a variable has its value, by what it depends on. */
const PHASE_OF: { readonly [since in Since]: Phase } = { head: 1, body: 2, response: 3, "response-body": 4, always: 1 };

/** A part of these is there before the rest has come, and rules ask for it on purpose: `ARGS` in phase 1 is the query. */
const FILLED_EARLY: ReadonlySet<string> = new Set([
  "ARGS",
  "ARGS_COMBINED_SIZE",
  "ARGS_NAMES",
  "FULL_REQUEST",
  "FULL_REQUEST_LENGTH",
  "RESPONSE_CONTENT_LENGTH",
  "URLENCODED_ERROR",
]);

/**
 * What loads in every engine and never does anything: a rule that asks for a variable before it has a value, one that refuses when the answer
 * has gone, and an exception to rules that are not there.
 */
export function idleRemarks({ items }: RuleSet): readonly Remark[] {
  const rules = items.flatMap((item) => ("marker" in item ? [] : [item]));
  const ids = new Set(rules.map(({ id }) => id));
  return rules.flatMap((head) => [
    ...endRemarks(head),
    ...[head, ...head.chain].flatMap((rule) => [...targetRemarks(rule), ...exceptionRemarks(rule, ids)]),
  ]);
}

function endRemarks({ phase, disruptive: { kind }, source }: Rule): readonly Remark[] {
  const isLate = phase === 5 && (kind === "deny" || kind === "drop" || kind === "redirect");
  return isLate ? [{ source, text: `${kind} does nothing in phase 5: the answer has gone` }] : [];
}

function targetRemarks({ targets, phase, source }: Rule): readonly Remark[] {
  const early = new Map<string, Phase>();
  for (const { variable, exclude } of targets) if (!exclude && firstPhase(variable) > phase) early.set(variable, firstPhase(variable));
  return [...early].map(([variable, first]) => ({
    source,
    text: `${variable} has no value in phase ${phase}: it comes in phase ${first}`,
  }));
}

function exceptionRemarks({ actions, source }: Rule, ids: ReadonlySet<number>): readonly Remark[] {
  const isIdle = actions.some((action) => action.kind === "ctl" && BY_ID.test(action.setting) && !isSomeone(action.value, ids));
  return isIdle ? [{ source, text: "ctl takes rules away by an id that no rule here has" }] : [];
}

const BY_ID = /^ruleRemove(?:Target)?ById$/i;

/** `942100`, `942100-942190`, `942100;ARGS:a`. */
function isSomeone(value: string, ids: ReadonlySet<number>): boolean {
  const [, first = "", last = first] = /^\s*(\d+)(?:\s*-\s*(\d+))?/.exec(value) ?? [];
  if (first === last) return ids.has(Number(first));
  return [...ids].some((id) => id >= Number(first) && id <= Number(last));
}

function firstPhase(variable: Target["variable"]): Phase {
  const since = VARIABLES.get(variable)?.since;
  return since === undefined || FILLED_EARLY.has(variable) ? 1 : PHASE_OF[since];
}
