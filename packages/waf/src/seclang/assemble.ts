import { checkRule, checkSet, type Disruptive, type Marker, type Phase, type Rule } from "../rule/index.ts";
import { applyAction, readPhase } from "./action-table.ts";
import type { Draft, DraftRule } from "./draft.ts";
import { NO_PARTS, type Parts } from "./parts.ts";
import type { Reading } from "./target.ts";

const DEFAULT_PHASE: Phase = 2;
const NO_ID = 0;
const DENIED_STATUS = 403;
const REDIRECTED_STATUS = 302;

/** Obeys the actions of all rules: drafts become rules. */
export function assemble(draft: Draft): (Rule | Marker)[] {
  const items: (Rule | Marker)[] = [];
  for (const item of draft.items) {
    if ("marker" in item) items.push(item.marker);
    else items.push(makeHead(item.rule, draft));
  }
  return items;
}

/** What can only be seen when every rule is there. A rule that could not be read was reported and has no id: it says nothing about the others. */
export function checkTogether(items: readonly (Rule | Marker)[], draft: Draft): void {
  const readable = items.filter((item) => "marker" in item || item.id !== NO_ID);
  for (const problem of checkSet(readable)) draft.problems.take(problem);
}

function makeHead(rule: DraftRule, draft: Draft): Rule {
  const isSound = [rule, ...rule.chain].every((link) => link.isSound);
  const parts = obey(rule, draft, "head");
  if (parts.id === undefined && (rule.isSound || rule.calls.length > 0))
    draft.problems.add(rule.source, "this rule has no id; expected the action id:number");
  const head = { id: parts.id ?? NO_ID, phase: parts.phase ?? DEFAULT_PHASE };
  for (const link of rule.chain) {
    if (link.id !== undefined)
      draft.problems.remark(link.source, `id does nothing on a rule behind a chain: the rule goes by the id ${head.id} of the first one`);
  }
  const chain = rule.chain.map((link) => finish(link, obey(link, draft, "chained", head.phase), head, { kind: "pass" }, []));
  const byDefault = rule.defaults.get(head.phase);
  const made = finish(rule, parts, head, chooseDisruptive(rule, parts, byDefault, draft), chain);
  if (isSound && parts.id !== undefined) for (const problem of checkRule(made)) draft.problems.take(problem);
  return made;
}

/** The defaults of the rule's phase with the rule's own actions on top. */
function obey(rule: DraftRule, draft: Draft, place: "head" | "chained", phaseOfHead?: Phase): Parts {
  const reading: Reading = { names: draft.names, problems: draft.problems, source: rule.source };
  const start = startWith(rule.defaults.get(phaseOfHead ?? phaseOf(rule)), place);
  return rule.calls.reduce((parts, call) => applyAction(parts, call, reading, place), start);
}

/**
 * What ends a request by default is chosen when the rule's own word is known. Tags and actions of the default belong to a chain once: to its
 * first rule.
 */
function startWith(defaults: Parts | undefined, place: "head" | "chained"): Parts {
  if (defaults === undefined) return NO_PARTS;
  const { log, auditLog, transforms, multiMatch, meta, actions } = defaults;
  const inherited = { ...NO_PARTS, log, auditLog, transforms, multiMatch };
  return place === "chained" ? inherited : { ...inherited, meta, actions };
}

/** Read ahead: the defaults that a rule starts with depend on its phase. */
function phaseOf(rule: DraftRule): Phase {
  const call = rule.calls.findLast(({ name }) => name.toLowerCase() === "phase");
  return readPhase(call?.value ?? "") ?? DEFAULT_PHASE;
}

function chooseDisruptive(rule: DraftRule, parts: Parts, byDefault: Parts | undefined, draft: Draft): Disruptive {
  const { disruptive: own, status = byDefault?.status } = parts;
  if (own !== undefined && own !== "block") return toDisruptive(own, status, parts.location);
  if (own === "block" && byDefault?.disruptive === undefined)
    draft.problems.remark(rule.source, "block lets everything pass here: no SecDefaultAction of its phase stands before the rule");
  return toDisruptive(byDefault?.disruptive ?? "pass", status, byDefault?.location ?? "");
}

function toDisruptive(kind: Disruptive["kind"], status: number | undefined, location: string): Disruptive {
  if (kind === "deny") return { kind, status: status ?? DENIED_STATUS };
  if (kind === "redirect") return { kind, status: isRedirect(status) ? status : REDIRECTED_STATUS, location };
  return { kind };
}

/** The reference manual's list for redirect: any other status leaves 302. */
function isRedirect(status: number | undefined): status is number {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function finish(
  rule: DraftRule,
  parts: Parts,
  head: { readonly id: number; readonly phase: Phase },
  disruptive: Disruptive,
  chain: readonly Rule[],
): Rule {
  const log = parts.log ?? true;
  return {
    ...head,
    targets: rule.targets,
    operator: rule.operator,
    transforms: parts.transforms,
    multiMatch: parts.multiMatch,
    capture: parts.capture,
    disruptive,
    actions: parts.actions,
    skip: parts.skip,
    skipAfter: parts.skipAfter,
    meta: parts.meta,
    log,
    auditLog: parts.auditLog ?? log,
    chain,
    source: rule.source,
  };
}
