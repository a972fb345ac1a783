import { excerpt } from "../text/index.ts";
import type { Match } from "./contract.ts";
import type { Head } from "./program.ts";
import type { MatchedValue, State } from "./state.ts";

/** Records of one rule in one phase, and of one transaction: enough to explain, too few to fill a disk. */
const MATCHES_PER_RULE_MAX = 10;
const MATCHES_MAX = 2_000;
/** A macro may bring a whole body into a message. */
const MESSAGE_CHARACTERS_MAX = 500;
const NOTHING: MatchedValue = { name: "", value: "" };

/** Notes that a rule (with all that is chained to it) has matched. */
export function record(head: Head, state: State): void {
  const { severity } = head.rule.meta;
  if (severity !== undefined && severity < state.highestSeverity) state.highestSeverity = severity;
  for (const link of head.links) {
    const own = link.rule.meta.severity;
    if (own !== undefined && own < state.highestSeverity) state.highestSeverity = own;
  }
  const isAction = head.links.every(({ asked }) => asked === undefined);
  const values = isAction ? [NOTHING] : state.matched.slice(0, MATCHES_PER_RULE_MAX);
  for (const value of values) {
    if (state.matches.length >= MATCHES_MAX) return;
    const match = matchOf(head, value, state);
    state.matches.push(match);
    state.trace?.({ kind: "match", match });
  }
}

function matchOf({ rule, message, data }: Head, { name, value }: MatchedValue, state: State): Match {
  const isQuiet = !rule.log;
  return {
    ruleId: rule.id,
    phase: rule.phase,
    variable: excerpt(name),
    excerpt: excerpt(value),
    message: isQuiet ? rule.meta.message : excerpt(message.fill(state), MESSAGE_CHARACTERS_MAX),
    data: isQuiet ? "" : excerpt(data.fill(state), MESSAGE_CHARACTERS_MAX),
    severity: rule.meta.severity,
    tags: rule.meta.tags,
    isQuiet,
  };
}
