import type { Disruptive, Marker, Phase, Rule } from "../rule/index.ts";
import { applyAction, readPhase } from "./action-table.ts";
import type { Defaults, Draft, DraftRule } from "./draft.ts";
import { createParts, type Parts } from "./parts.ts";
import type { Reading } from "./target.ts";

const DEFAULT_PHASE: Phase = 2;
const DENIED_STATUS = 403;
const REDIRECTED_STATUS = 302;

/** Obeys the actions of all rules and checks what can only be seen when every rule is there: ids, chains and jumps. */
export function assemble(draft: Draft): (Rule | Marker)[] {
  const items: (Rule | Marker)[] = [];
  for (const item of draft.items) {
    if ("marker" in item) items.push(item.marker);
    else items.push(makeHead(item.rule, draft));
  }
  checkIds(items, draft);
  checkJumps(items, draft);
  return items;
}

function makeHead(rule: DraftRule, draft: Draft): Rule {
  const parts = obey(rule, draft, "head");
  if (parts.id === undefined) draft.problems.add(rule.source, "this rule has no id; expected the action id:number");
  const head = { id: parts.id ?? 0, phase: parts.phase ?? DEFAULT_PHASE };
  const chain = rule.chain.map((link) => finish(link, obey(link, draft, "chained", head.phase), head, { kind: "pass" }, []));
  const byDefault = rule.defaults.get(head.phase);
  return finish(rule, parts, head, chooseDisruptive(rule, parts, byDefault, draft), chain);
}

/** The defaults of the rule's phase with the rule's own actions on top. */
function obey(rule: DraftRule, draft: Draft, place: "head" | "chained", phaseOfHead?: Phase): Parts {
  const reading: Reading = { names: draft.names, problems: draft.problems, source: rule.source };
  const parts = startWith(rule.defaults, phaseOfHead ?? phaseOf(rule));
  for (const call of rule.calls) applyAction(parts, call, reading, place);
  return parts;
}

function startWith(defaults: Defaults, phase: Phase): Parts {
  const parts = defaults.get(phase);
  if (parts === undefined) return createParts();
  const { log, auditLog, transforms, tags, actions } = parts;
  return { ...createParts(), log, auditLog, transforms: [...transforms], tags: [...tags], actions: [...actions] };
}

/** Read ahead: the defaults that a rule starts with depend on its phase. */
function phaseOf(rule: DraftRule): Phase {
  const call = rule.calls.findLast(({ name }) => name.toLowerCase() === "phase");
  return readPhase(call?.value ?? "") ?? DEFAULT_PHASE;
}

function chooseDisruptive(rule: DraftRule, parts: Parts, byDefault: Parts | undefined, draft: Draft): Disruptive {
  const written = parts.disruptive ?? byDefault?.disruptive ?? "pass";
  const status = parts.status ?? byDefault?.status;
  if (written !== "block") return toDisruptive(written, status, parts.location);
  if (byDefault?.disruptive === undefined)
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
    meta: {
      message: parts.message,
      logData: parts.logData,
      severity: parts.severity,
      tags: parts.tags,
      revision: parts.revision,
      version: parts.version,
      maturity: parts.maturity,
      accuracy: parts.accuracy,
    },
    log,
    auditLog: parts.auditLog ?? log,
    chain,
    source: rule.source,
  };
}

function checkIds(items: readonly (Rule | Marker)[], draft: Draft): void {
  const seen = new Map<number, Rule>();
  for (const item of items) {
    if ("marker" in item || item.id === 0) continue;
    const first = seen.get(item.id);
    if (first === undefined) seen.set(item.id, item);
    else
      draft.problems.add(
        item.source,
        `rule id ${item.id} stands at ${first.source.file}:${first.source.line} already; expected an id of its own`,
      );
  }
}

/** A jump to a marker that never comes would jump over every rule that follows. */
function checkJumps(items: readonly (Rule | Marker)[], draft: Draft): void {
  const ahead = new Set<string>();
  for (const item of items.toReversed()) {
    if ("marker" in item) {
      ahead.add(item.marker);
      continue;
    }
    const { skipAfter } = item;
    if (skipAfter !== undefined && !ahead.has(skipAfter))
      draft.problems.add(
        item.source,
        `skipAfter:${skipAfter} finds no such marker behind this rule; expected a SecMarker or a rule id further down`,
      );
    ahead.add(String(item.id));
  }
}
