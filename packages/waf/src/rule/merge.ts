import { checkRule, checkSet } from "./check.ts";
import { RuleProblem, RuleProblems } from "./problem.ts";
import type { Adapted, Marker, Rule, RuleSet, Settings, Source } from "./rule.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";

const DENIED_STATUS = 403;

/**
 * Rules written in TypeScript as a set: `block` is to refuse with 403, for there is no default action that says otherwise.
 * Throws RuleProblems on ids that stand twice and on jumps that end nowhere.
 */
export function ruleSet(items: readonly (Rule | Marker)[], settings: Partial<Settings> = {}): RuleSet {
  const problems = [...items.flatMap((item) => ("marker" in item ? [] : checkRule(item))), ...checkSet(items)];
  if (problems.length > 0) throw new RuleProblems(problems);
  return { items: items.map(resolveBlock), settings: Object.freeze({ ...DEFAULT_SETTINGS, ...settings }), readData: noData, remarks: [] };
}

function resolveBlock(item: Rule | Marker): Rule | Marker {
  if ("marker" in item || item.disruptive.kind !== "block") return item;
  return { ...item, disruptive: { kind: "deny", status: DENIED_STATUS } };
}

/**
 * Several sets as one, the rules of the first before those of the second. The settings are those of the first, with the signatures of all;
 * removals and updates of each hold for the rules of all. Throws RuleProblems on an id that stands in two of them.
 */
export function mergeRules(first: RuleSet, ...others: readonly RuleSet[]): RuleSet {
  const sets = [first, ...others];
  const met = new Set<Source>();
  const items = sets.flatMap((set) => adaptBy(sets.filter((other) => other !== set), set.items, met)); // biome-ignore format: one line
  const problems = checkSet(items);
  if (problems.length > 0) throw new RuleProblems(problems);
  const home = new Map<Source, RuleSet>();
  for (const set of sets) for (const source of sourcesOf(set)) home.set(source, set);
  const isAdapting = sets.some(({ adapt }) => adapt !== undefined);
  return {
    items,
    settings: Object.freeze({ ...first.settings, componentSignatures: sets.flatMap(({ settings }) => settings.componentSignatures) }),
    readData: (name, from) => (home.get(from) ?? first).readData(name, from),
    remarks: unmetOf(sets.flatMap(({ remarks }) => remarks), met), // biome-ignore format: one line
    ...(isAdapting ? { adapt: (added) => adaptByAll(sets, added) } : {}),
  };
}

/** The set with more rules, which its directives change as they change its own; `place` puts the two together. Throws as mergeRules does. */
export function joinRules(set: RuleSet, added: readonly (Rule | Marker)[], place: (items: RuleSet["items"]) => RuleSet["items"]): RuleSet {
  const { items: adapted, met } = adaptByAll([set], added);
  const items = place(adapted);
  const problems = checkSet(items);
  if (problems.length > 0) throw new RuleProblems(problems);
  return { ...set, items, remarks: unmetOf(set.remarks, met) };
}

function adaptByAll(sets: readonly RuleSet[], added: RuleSet["items"]): Adapted {
  const met = new Set<Source>();
  return { items: adaptBy(sets, added, met), met };
}

function adaptBy(sets: readonly RuleSet[], added: RuleSet["items"], met: Set<Source>): RuleSet["items"] {
  let items = added;
  for (const { adapt } of sets) {
    if (adapt === undefined) continue;
    const adapted = adapt(items);
    items = adapted.items;
    for (const source of adapted.met) met.add(source);
  }
  return items;
}

/** A directive that found nothing in its own set was remarked on; not any more where it has found something here. */
function unmetOf(remarks: RuleSet["remarks"], met: ReadonlySet<Source>): RuleSet["remarks"] {
  return remarks.filter(({ source }) => !met.has(source));
}

function sourcesOf(set: RuleSet): Source[] {
  return set.items.flatMap((item) => ("marker" in item ? [] : [item, ...item.chain].map(({ source }) => source)));
}

function noData(name: string, from: Source): string {
  throw new RuleProblem(
    `the data file "${name}" cannot be read: rules written in TypeScript have no folder; give the phrases in the rule`,
    from,
  );
}
