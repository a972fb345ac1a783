import { checkRule, checkSet } from "./check.ts";
import { RuleProblem, RuleProblems } from "./problem.ts";
import type { Marker, Rule, RuleSet, Settings, Source } from "./rule.ts";
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
 * Several sets as one, the rules of the first before those of the second. The settings are those of the first, with the signatures of all.
 * Throws RuleProblems on an id that stands in two of them.
 */
export function mergeRules(first: RuleSet, ...others: readonly RuleSet[]): RuleSet {
  const sets = [first, ...others];
  const items = sets.flatMap((set) => set.items);
  const problems = checkSet(items);
  if (problems.length > 0) throw new RuleProblems(problems);
  const home = new Map<Source, RuleSet>();
  for (const set of sets) for (const source of sourcesOf(set)) home.set(source, set);
  return {
    items,
    settings: Object.freeze({ ...first.settings, componentSignatures: sets.flatMap(({ settings }) => settings.componentSignatures) }),
    readData: (name, from) => (home.get(from) ?? first).readData(name, from),
    remarks: sets.flatMap(({ remarks }) => remarks),
  };
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
