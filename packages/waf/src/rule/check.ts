import { excerpt } from "../text/index.ts";
import { didYouMean } from "./nearest.ts";
import { RuleProblem } from "./problem.ts";
import type { Marker, Rule } from "./rule.ts";

const NAME_CHARACTERS_MAX = 60;
const GUESSES_MAX = 20;
const GUESSED_AMONG_MAX = 10_000;
const ID_MAX = 999_999_999_999_999;

/** What is wrong with one rule as such, whoever made it. */
export function checkRule(rule: Rule): RuleProblem[] {
  const found: string[] = [];
  if (!Number.isSafeInteger(rule.id) || rule.id < 1 || rule.id > ID_MAX)
    found.push(`the id ${rule.id}; expected a whole number from 1 to ${ID_MAX}`);
  for (const link of [rule, ...rule.chain]) {
    const seen = link.targets.filter(({ exclude }) => !exclude);
    if (link.operator !== undefined && seen.length === 0)
      found.push("only variables that are left out; expected one at least that is looked at");
    if (link.operator === undefined && link.targets.length > 0) found.push("variables without an operator; expected both or none");
    if (link !== rule && link.chain.length > 0) found.push("a chain inside a chain; expected all rules behind the first one in one list");
    if (link !== rule && (link.skip !== 0 || link.skipAfter !== undefined || link.disruptive.kind !== "pass"))
      found.push("a jump or an end of the request on a rule behind a chain; expected on the first rule of the chain");
  }
  return found.map((text) => new RuleProblem(`rule ${rule.id}: found ${text}`, rule.source));
}

/** What is wrong with the rules of a set taken together: ids that stand twice, jumps that would end nowhere. */
export function checkSet(items: readonly (Rule | Marker)[]): RuleProblem[] {
  return [...checkIds(items), ...checkJumps(items)];
}

function checkIds(items: readonly (Rule | Marker)[]): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const seen = new Map<number, Rule>();
  for (const item of items) {
    if ("marker" in item) continue;
    const first = seen.get(item.id);
    if (first === undefined) seen.set(item.id, item);
    else
      problems.push(
        new RuleProblem(
          `rule id ${item.id} stands at ${first.source.file}:${first.source.line} already; expected an id of its own`,
          item.source,
        ),
      );
  }
  return problems;
}

/** A jump to a marker that never comes would jump over every rule that follows. */
function checkJumps(items: readonly (Rule | Marker)[]): RuleProblem[] {
  const problems: RuleProblem[] = [];
  const ahead = new Set<string>();
  for (const item of items.toReversed()) {
    if ("marker" in item) {
      ahead.add(item.marker);
      continue;
    }
    const { skipAfter } = item;
    if (skipAfter !== undefined && !ahead.has(skipAfter)) problems.push(nowhere(skipAfter, item, ahead, problems.length));
    ahead.add(String(item.id));
  }
  return problems.reverse();
}

function nowhere(skipAfter: string, { source }: Rule, ahead: ReadonlySet<string>, before: number): RuleProblem {
  // Each guess compares with every name: a long set that is wrong all over would be compared with itself.
  const hint = before < GUESSES_MAX && ahead.size <= GUESSED_AMONG_MAX ? didYouMean(skipAfter, ahead) : "";
  return new RuleProblem(
    `skipAfter:${excerpt(skipAfter, NAME_CHARACTERS_MAX)} finds no such marker behind this rule; expected a SecMarker or a rule id further down${hint}`,
    source,
  );
}
