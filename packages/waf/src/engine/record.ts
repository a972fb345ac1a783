import { excerpt } from "../text/index.ts";
import type { Match } from "./contract.ts";
import { type Hide, hidersOf } from "./masks.ts";
import type { Head } from "./program.ts";
import type { MatchedValue, State } from "./state.ts";

/** A match as it is noted while the request waits; what is shown of it is made when somebody asks. */
export interface Note {
  readonly head: Head;
  readonly matched: MatchedValue;
  /** Filled in at once: what macros name changes with the next rule. */
  readonly message: string;
  readonly data: string;
  readonly tags: readonly string[];
}

/** Notes of one rule in one phase, and of one transaction: enough to explain, too few to fill a disk. */
const NOTES_PER_RULE_MAX = 10;
const NOTES_MAX = 2_000;
/** A macro may bring a whole body into a message. */
const MESSAGE_CHARACTERS_MAX = 500;
const NOTHING: MatchedValue = { name: "", value: "" };

/** Notes that a rule (with all that is chained to it) has matched. */
export function note(head: Head, state: State): void {
  if (head.severity < state.highestSeverity) state.highestSeverity = head.severity;
  if (!head.isTested) addNote(head, NOTHING, state);
  else {
    const end = Math.min(state.matched.length, state.matchedBefore + NOTES_PER_RULE_MAX);
    for (let index = state.matchedBefore; index < end; index += 1) addNote(head, state.matched[index] ?? NOTHING, state);
  }
}

function addNote(head: Head, matched: MatchedValue, state: State): void {
  if (state.notes.length >= NOTES_MAX) return;
  const isQuiet = !head.rule.log;
  const made = {
    head,
    matched,
    message: isQuiet ? head.rule.meta.message : head.message.fill(state),
    data: isQuiet ? "" : head.data.fill(state),
    tags: head.tags === undefined ? head.rule.meta.tags : head.tags.map((tag) => tag.fill(state)),
  };
  state.notes.push(made);
  state.trace?.({ kind: "match", match: matchOf(made, hidersOf(state)) });
}

/** Notes a rule that did nothing but jump. */
export function noteJump(head: Head, matched: MatchedValue[], state: State): void {
  state.matched = matched;
  addNote(head, matched[0] ?? NOTHING, state);
}

/** A note made safe for logs. What a rule says without a macro says nothing of the request. */
export function matchOf({ head: { rule }, matched, message, data, tags }: Note, hideFor: (variable: string) => Hide): Match {
  const hide = hideFor(matched.name);
  const { meta } = rule;
  return {
    ruleId: rule.id,
    phase: rule.phase,
    variable: excerpt(matched.name),
    excerpt: excerpt(hide(matched.value)),
    message: excerpt(message === meta.message ? message : hide(message), MESSAGE_CHARACTERS_MAX),
    data: excerpt(data === meta.logData ? data : hide(data), MESSAGE_CHARACTERS_MAX),
    severity: meta.severity,
    tags: tags === meta.tags ? tags : tags.map((tag) => excerpt(hide(tag))),
    isQuiet: !rule.log,
  };
}
