import {
  checkRule,
  type Disruptive,
  type Marker,
  type OperatorCall,
  type Phase,
  type Rule,
  type Source,
  type Target,
} from "../rule/index.ts";
import type { ActionCall } from "./action-list.ts";
import { applyAction, findAction, readPhase } from "./action-table.ts";
import type { Draft, DraftRule } from "./draft.ts";
import type { Names } from "./known.ts";
import { NO_PARTS, type Parts } from "./parts.ts";
import { createProblems, type Problems } from "./problems.ts";

/** One rule of a chain while directives may still change it. */
export interface OpenLink {
  targets: readonly Target[];
  readonly operator: OperatorCall | undefined;
  parts: Parts;
  readonly source: Source;
}

/** A rule with what is chained to it, read from SecLang or written in TypeScript: the directives that change rules change both alike. */
export interface OpenRule {
  readonly id: number | undefined;
  /** The first rule of the chain, then the others. */
  readonly links: readonly OpenLink[];
  /** What SecDefaultAction says for its phase. */
  readonly byDefault: Parts | undefined;
  /** The rule as it was, as long as nothing has changed it. */
  made: Rule | undefined;
  /** Told only of a rule that stays. */
  readonly problems: Problems;
  /** Could all of it be read? */
  readonly isSound: boolean;
}

export type OpenItem = { readonly rule: OpenRule } | { readonly marker: Marker };

export const NO_ID = 0;
const DEFAULT_PHASE: Phase = 2;
const DENIED_STATUS = 403;
const REDIRECTED_STATUS = 302;
/** What `block` means to a rule of TypeScript: to refuse (see ruleSet). */
const REFUSES: Parts = Object.freeze({ ...NO_PARTS, disruptive: "deny" });

/** Obeys the actions of a rule that was read. A SecAction may come without an id, as in libmodsecurity: it is given one. */
export function openDraft(rule: DraftRule, { names, placesFile }: Pick<Draft, "names" | "placesFile">, namelessId: number): OpenRule {
  const problems = createProblems();
  const phase = phaseOf(rule);
  const byDefault = rule.defaults.get(phase);
  const links = [rule, ...rule.chain].map((link, position): OpenLink => {
    const place = position === 0 ? "head" : "chained";
    const parts = obey(startWith(byDefault, place), link.calls, { names, problems, source: link.source }, place);
    return { targets: link.targets, operator: withPlaces(link.operator, placesFile), parts, source: link.source };
  });
  liftFromLast(links);
  const isNamed = links[0]?.parts.id !== undefined;
  const isNameless = !isNamed && rule.operator === undefined && rule.isSound && rule.calls.length > 0;
  const id = isNameless ? namelessId : links[0]?.parts.id;
  if (isNameless)
    problems.remark(
      rule.source,
      `this SecAction has no id; it goes by ${namelessId}, which is another one whenever rules are put before it`,
    );
  for (const link of rule.chain) {
    if (link.id !== undefined)
      problems.remark(link.source, "id does nothing on a rule behind a chain: the rule goes by the id of the first one");
  }
  const isSound = [rule, ...rule.chain].every((link) => link.isSound);
  if (id === undefined && (rule.isSound || rule.calls.length > 0))
    problems.add(rule.source, "this rule has no id; expected the action id:number");
  return { id, links, byDefault, made: undefined, problems, isSound };
}

/** Where an address is, the file says that SecGeoLookupDb names, wherever that stands. */
function withPlaces(operator: OperatorCall | undefined, placesFile: string): OperatorCall | undefined {
  return operator?.name === "geoLookup" && placesFile !== "" ? { ...operator, argument: `file:${placesFile}` } : operator;
}

/** Opens a rule that was made elsewhere. */
export function openMade(rule: Rule): OpenRule {
  const links = [rule, ...rule.chain].map((link): OpenLink => ({ targets: link.targets, operator: link.operator, parts: partsOf(link), source: link.source })); // biome-ignore format: one line
  return { id: rule.id, links, byDefault: REFUSES, made: rule, problems: createProblems(), isSound: true };
}

/** More actions for one rule of a chain: an end takes the place of the old one, what may stand often is added. */
export function changeActions(rule: OpenRule, link: OpenLink, calls: readonly ActionCall[], names: Names): void {
  const place = link === rule.links[0] ? "head" : "chained";
  const isEnded = calls.some(({ name }) => findAction(name)?.isEnd === true);
  const start = isEnded ? { ...link.parts, disruptive: undefined } : link.parts;
  link.parts = obey(start, calls, { names, problems: rule.problems, source: link.source }, place);
  rule.made = undefined;
}

/** The rule as it is now; what is wrong with it is told. */
export function finishRule(rule: OpenRule, problems: Problems): Rule {
  if (rule.made !== undefined) return rule.made;
  rule.problems.handOver(problems);
  const [first, ...others] = rule.links;
  if (first === undefined) throw new Error("A rule has one link at least.");
  const head = { id: rule.id ?? NO_ID, phase: first.parts.phase ?? DEFAULT_PHASE };
  const chain = others.map((link) => makeLink(link, head, { kind: "pass" }, []));
  const made = makeLink(first, head, chooseDisruptive(first, rule.byDefault, problems), chain);
  if (rule.isSound && rule.id !== undefined) for (const problem of checkRule(made)) problems.take(problem);
  return made;
}

/** When the last rule of a chain matches, all have: a status or a jump that it names is the chain's, where the first rule names none. */
function liftFromLast(links: readonly OpenLink[]): void {
  const [first, last] = [links[0], links.at(-1)];
  if (first === undefined || last === undefined || first === last) return;
  const { status, skipAfter } = last.parts;
  first.parts = { ...first.parts, status: first.parts.status ?? status, skipAfter: first.parts.skipAfter ?? skipAfter };
  if (first.parts.skipAfter === skipAfter) last.parts = { ...last.parts, skipAfter: undefined };
}

interface Obeying {
  readonly names: Names;
  readonly problems: Problems;
  readonly source: Source;
}

function obey(start: Parts, calls: readonly ActionCall[], reading: Obeying, place: "head" | "chained"): Parts {
  return calls.reduce((parts, call) => applyAction(parts, call, reading, place), start);
}

/**
 * What ends a request by default is chosen when the rule's own word is known. Tags and actions of the default belong to a chain once: to its
 * first rule.
 */
function startWith(defaults: Parts | undefined, place: "head" | "chained"): Parts {
  if (defaults === undefined) return NO_PARTS;
  const { log, auditLog, transforms, multiMatch, namespaces, meta, actions } = defaults;
  const inherited = { ...NO_PARTS, log, auditLog, transforms, multiMatch, namespaces };
  return place === "chained" ? inherited : { ...inherited, meta, actions };
}

/** Read ahead: the defaults that a rule starts with depend on its phase. */
function phaseOf(rule: DraftRule): Phase {
  const call = rule.calls.findLast(({ name }) => name.toLowerCase() === "phase");
  return readPhase(call?.value ?? "") ?? DEFAULT_PHASE;
}

function partsOf(rule: Rule): Parts {
  const { id, phase, disruptive, transforms, multiMatch, capture, actions, skip, skipAfter, meta, log, auditLog } = rule;
  return {
    ...{ id, phase, transforms, multiMatch, capture, actions, skip, skipAfter, meta, log, auditLog },
    namespaces: rule.namespaces ?? {},
    disruptive: disruptive.kind,
    status: "status" in disruptive ? disruptive.status : undefined,
    location: "location" in disruptive ? disruptive.location : "",
    isChained: false,
  };
}

function chooseDisruptive({ parts, source }: OpenLink, byDefault: Parts | undefined, problems: Problems): Disruptive {
  const { disruptive: own, status = byDefault?.status } = parts;
  if (own !== undefined && own !== "block") return toDisruptive(own, status, parts.location);
  if (own === "block" && byDefault?.disruptive === undefined)
    problems.remark(source, "block lets everything pass here: no SecDefaultAction of its phase stands before the rule");
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

function makeLink(
  { targets, operator, parts, source }: OpenLink,
  head: { readonly id: number; readonly phase: Phase },
  disruptive: Disruptive,
  chain: readonly Rule[],
): Rule {
  const log = parts.log ?? true;
  return {
    ...head,
    targets,
    operator,
    ...(Object.keys(parts.namespaces).length === 0 ? {} : { namespaces: parts.namespaces }),
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
    source,
  };
}
