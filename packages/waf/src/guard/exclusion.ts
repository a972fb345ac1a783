import { type Action, control, type Rule, RuleProblem, type RuleSet, rule, type TestInput } from "../rule/index.ts";
import { type Route, readRoute, UNCLEAR_PATH } from "./route.ts";

interface Excused {
  /** Why it is right not to look. */
  readonly reason: string;
  /** Who answers for it. */
  readonly owner: string;
  /** From then on it does not apply. */
  readonly expires: Date;
}

/** Rules that are not to look: at a route, or at one value of it, for a time. */
export interface Exclusion extends Excused {
  /** An id, a range of ids (`942000-942999`), or a tag (`tag:attack-sqli`). */
  readonly rules: number | string;
  /** `POST /notes/*`; absent: everywhere. */
  readonly route?: string;
  /** `ARGS:text`, `REQUEST_COOKIES:/^pref-/`; absent: the rules are off altogether. */
  readonly target?: string;
}

/** A route on which the engine only tells what it would have done. */
export interface Trial extends Excused {
  readonly route: string;
}

/** Ids of the rules that the guard writes; no rule set of others comes near. */
const GUARD_IDS_FROM = 900_000_000_001;

export interface GuardRule {
  readonly kind: "exclusion" | "trial";
  readonly asked: Exclusion | Trial;
  readonly rule: Rule;
}

/** Exclusions as rules of the engine, which go before all others. Throws RuleProblem on one that cannot be meant. */
export function exclusionRules(exclusions: readonly Exclusion[], rules: RuleSet, from = 0): readonly GuardRule[] {
  return exclusions.map((asked, index) => {
    const place = { file: `exclusion ${index + 1}`, line: 1 };
    checkExcused(asked, place.file);
    const actions = wanted(asked, rules, place.file);
    return { kind: "exclusion", asked, rule: conditional(GUARD_IDS_FROM + from + index, asked, { actions, source: place }) };
  });
}

export function trialRules(trials: readonly Trial[], from: number): readonly GuardRule[] {
  return trials.map((asked, index) => {
    const source = { file: `trial ${index + 1}`, line: 1 };
    checkExcused(asked, source.file);
    const made = conditional(GUARD_IDS_FROM + from + index, asked, { actions: [control("ruleEngine", "DetectionOnly")], source });
    return { kind: "trial", asked, rule: made };
  });
}

/** A rule that takes the arguments of these names away from every rule: their values have been found to be of a type. */
export function typedRule(number: number, route: Route, typed: readonly string[]): Rule {
  const targets = typed.flatMap((name) => everyPlace(`ARGS:${name}`));
  const actions = targets.map((target) => control("ruleRemoveTargetById", `1-${GUARD_IDS_FROM - 1};${target}`));
  const source = { file: `route ${route.text}`, line: 1 };
  const last: TestInput = { targets: ["REQUEST_METHOD"], operator: { name: "unconditionalMatch" }, actions };
  const [first, ...chain] = [...routeTests(route), last];
  return rule({ ...first, id: GUARD_IDS_FROM + number, phase: 1, source, log: false, chain });
}

interface Consequence {
  readonly actions: readonly Action[];
  readonly source: { readonly file: string; readonly line: number };
}

/** The conditions are a chain; what follows from them stands on its last test, and is done only if all of them hold. */
function conditional(id: number, asked: Exclusion | Trial, consequence: Consequence): Rule {
  const tests = asked.route === undefined ? [] : routeTests(readRoute(asked.route));
  const untilSeconds = Math.floor(asked.expires.getTime() / 1000);
  const last: TestInput = {
    targets: ["TIME_EPOCH"],
    operator: { name: "lt", argument: String(untilSeconds) },
    actions: consequence.actions,
  };
  const [first, ...chain] = [...tests, last];
  return rule({ ...first, id, phase: 1, source: consequence.source, log: false, chain });
}

function routeTests(route: Route): readonly TestInput[] {
  const path: TestInput = { targets: ["REQUEST_FILENAME"], operator: { name: "rx", argument: route.pattern } };
  const clear: TestInput = { targets: ["REQUEST_FILENAME"], operator: { name: "rx", argument: UNCLEAR_PATH, negated: true } };
  if (route.method === undefined) return [path, clear];
  return [{ targets: ["REQUEST_METHOD"], operator: { name: "streq", argument: route.method } }, path, clear];
}

function wanted(asked: Exclusion, rules: RuleSet, where: string): readonly Action[] {
  const text = String(asked.rules);
  const tag = text.startsWith("tag:") ? text.slice("tag:".length) : undefined;
  const isThere = rules.items.some(
    (item) => !("marker" in item) && (tag === undefined ? isInRange(item.id, text) : item.meta.tags.includes(tag)),
  );
  if (!isThere) throw new RuleProblem(`${where}: no rule is meant by ${text}; expected an id, a range of ids or tag:NAME of a loaded rule`);
  const by = tag === undefined ? "ById" : "ByTag";
  const which = tag === undefined ? text : exactly(tag);
  if (asked.target === undefined) return [control(`ruleRemove${by}`, which)];
  return everyPlace(asked.target).map((target) => control(`ruleRemoveTarget${by}`, `${which};${target}`));
}

/** `ctl` takes a tag for a pattern that occurs somewhere in one: `cwe/20` would take `cwe/200` away as well. */
function exactly(tag: string): string {
  return `^${tag.replaceAll(/[.*+?^${}()|[\]\\;']/g, (mark) => `\\x${mark.charCodeAt(0).toString(16)}`)}$`;
}

/** An argument stands in ARGS, and in the list of its place; rules look at either. */
function everyPlace(target: string): readonly string[] {
  const found = /^ARGS(:.*)?$/i.exec(target);
  return found === null ? [target] : ["ARGS", "ARGS_GET", "ARGS_POST"].map((variable) => variable + (found[1] ?? ""));
}

function isInRange(id: number, text: string): boolean {
  const [, first, last] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(text) ?? [];
  return first !== undefined && id >= Number(first) && id <= Number(last ?? first);
}

function checkExcused(asked: Excused, where: string): void {
  if (asked.reason.trim() === "") throw new RuleProblem(`${where}: found no reason; expected a sentence that says why`);
  if (asked.owner.trim() === "") throw new RuleProblem(`${where}: found no owner; expected who answers for it`);
  if (Number.isNaN(asked.expires.getTime())) throw new RuleProblem(`${where}: found no date of expiry; expected one`);
}
