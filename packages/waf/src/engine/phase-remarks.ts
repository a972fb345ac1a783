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

/** Which rules ask for a variable before it has a value, or refuse when the answer has gone: they load in every engine, and never do anything. */
export function phaseRemarks({ items }: RuleSet): readonly Remark[] {
  return items.flatMap((item) => ("marker" in item ? [] : [...endRemarks(item), ...[item, ...item.chain].flatMap(targetRemarks)]));
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

function firstPhase(variable: Target["variable"]): Phase {
  const since = VARIABLES.get(variable)?.since;
  return since === undefined || FILLED_EARLY.has(variable) ? 1 : PHASE_OF[since];
}
