import { checkSet, type Marker, type Rule, type RuleSet } from "../rule/index.ts";
import type { Change } from "./change.ts";
import type { Draft } from "./draft.ts";
import type { Names } from "./known.ts";
import { finishRule, NO_ID, type OpenItem, openDraft, openMade } from "./open-rule.ts";
import { createProblems, type Problems } from "./problems.ts";

/** Ids for rules without one; no rule set comes near. */
const NAMELESS_ID_FROM = 990_000_000_000_000;

/** Obeys the actions of all rules, then the directives that change rules: drafts become rules. */
export function assemble(draft: Draft): (Rule | Marker)[] {
  const open = [...draft.placed, ...draft.items].map(
    (item, index): OpenItem => ("marker" in item ? item : { rule: openDraft(item.rule, draft, NAMELESS_ID_FROM + index) }),
  );
  const { items, unmet } = applyChanges(open, draft.changes, draft.names);
  for (const { source, whenUnmet } of unmet) draft.problems.remark(source, whenUnmet);
  return finishAll(items, draft.problems);
}

/** What can only be seen when every rule is there. A rule that could not be read was reported and has no id: it says nothing about the others. */
export function checkTogether(items: readonly (Rule | Marker)[], draft: Draft): void {
  const readable = items.filter((item) => "marker" in item || item.id !== NO_ID);
  for (const problem of checkSet(readable)) draft.problems.take(problem);
}

/** The same directives for rules that join the set later: those of TypeScript, the built-in ones. */
export function adaptWith(changes: readonly Change[], names: Names): NonNullable<RuleSet["adapt"]> {
  return (added) => {
    const open = added.map((item): OpenItem => ("marker" in item ? { marker: item } : { rule: openMade(item) }));
    const { items, unmet } = applyChanges(open, changes, names);
    const problems = createProblems();
    const adapted = finishAll(items, problems);
    problems.raise();
    const met = changes.filter((change) => !unmet.includes(change));
    return { items: adapted, met: new Set(met.map(({ source }) => source)) };
  };
}

function applyChanges(
  open: readonly OpenItem[],
  changes: readonly Change[],
  names: Names,
): { readonly items: readonly OpenItem[]; readonly unmet: readonly Change[] } {
  let items = open;
  const unmet: Change[] = [];
  for (const change of changes) {
    const changed = change.apply(items, names);
    if (changed === undefined) unmet.push(change);
    else items = changed;
  }
  return { items, unmet };
}

function finishAll(items: readonly OpenItem[], problems: Problems): (Rule | Marker)[] {
  return items.map((item) => ("marker" in item ? item.marker : finishRule(item.rule, problems)));
}
