import { type Entry, NO_ENTRIES } from "./entry.ts";
import type { EntryClass, Head, Link, Look } from "./program.ts";
import type { State } from "./state.ts";
import { strikeOut, type Value } from "./value.ts";

/** What a match costs beside the test, in steps: actions, a note, messages. */
const STEPS_PER_MATCH = 512;
/** What running a test costs however short the text is, in steps. */
const STEPS_PER_TEST = 72;

/** The entries that a target text means, read once as long as they hold. */
export function entriesOf(state: State, entries: EntryClass): readonly Entry[] {
  const known = state.classes[entries.number];
  if (known !== undefined) return known;
  if (entries.readOwn !== undefined) return entries.readOwn(state);
  const picked = pick(state.list(entries.name), entries, state);
  if (entries.variable.since !== "always") state.classes[entries.number] = picked;
  return picked;
}

function pick(all: readonly Entry[], { picks, fold }: EntryClass, state: State): readonly Entry[] {
  if (picks === undefined || all.length === 0) return all;
  let picked: Entry[] | undefined;
  for (const entry of all) {
    if (fold === undefined ? !picks(entry, state) : entry.fold !== fold) continue;
    if (picked === undefined) picked = [entry];
    else picked.push(entry);
  }
  return picked ?? NO_ENTRIES;
}

/** The text of an entry among those of the transaction. */
function internEntry(state: State, entry: Entry, entries: EntryClass): Value {
  entry.known ??= state.values.intern(entry.value, entries.variable.isKept);
  return entry.known;
}

/** Runs a rule and what is chained to it; true when all of them match. What the links set stays set even where the chain breaks. */
export function runHead(head: Head, state: State): boolean {
  const excepted = state.removals.hasExceptions(head.number) ? head.number : -1;
  state.rule = head.rule;
  state.hasFreshMatch = false;
  for (const link of head.links) if (!runLink(link, state, excepted)) return false;
  for (const link of head.links) for (const effect of link.lateEffects) effect(state);
  return true;
}

function runLink(link: Link, state: State, excepted: number): boolean {
  if (link.asked === undefined) {
    for (const effect of link.effects) effect(state);
    return true;
  }
  const before = state.hasFreshMatch ? state.matched.length : 0;
  for (const look of link.looks) runLook(link, look, state, excepted);
  if (!state.hasFreshMatch || state.matched.length === before) return false;
  state.matchedBefore = before;
  return true;
}

function runLook(link: Link, look: Look, state: State, excepted: number): void {
  if (look.txPlace >= 0 && excepted < 0) {
    runTx(link, look, state);
    return;
  }
  const entries = entriesOf(state, look.entries);
  const isFiltered = excepted >= 0 || look.excepted.length > 0;
  if (look.isCount) {
    const count = isFiltered ? entries.filter((entry) => !isLeftOut(entry, look, state, excepted)).length : entries.length;
    runText(link, look, undefined, String(count), state);
    return;
  }
  const marks = link.isSieved && state.trace === undefined ? state.marks[look.entries.number] : undefined;
  if (marks !== undefined && link.asked !== undefined) {
    runMarked(link, look, state, excepted, marks, link.asked.number);
    return;
  }
  for (const entry of entries) {
    if (isFiltered && isLeftOut(entry, look, state, excepted)) continue;
    if (look.isLive) runText(link, look, entry, entry.value, state);
    else runValue(link, look, entry, state);
  }
}

/** Looks only at those of many entries that the sieve has marked for the test. */
function runMarked(link: Link, look: Look, state: State, excepted: number, marks: Uint32Array, test: number): void {
  const entries = entriesOf(state, look.entries);
  const words = marks.length / entries.length;
  const bit = 1 << (test & 31);
  for (let index = 0; index < entries.length; index += 1) {
    if (((marks[index * words + (test >> 5)] as number) & bit) === 0) continue;
    const entry = entries[index] as Entry;
    if (!isLeftOut(entry, look, state, excepted)) runValue(link, look, entry, state);
  }
}

function runTx(link: Link, look: Look, state: State): void {
  const value = state.tx.get(look.txPlace);
  if (look.isCount) runText(link, look, undefined, value === undefined ? "0" : "1", state);
  else if (value !== undefined) runText(link, look, undefined, value, state);
}

function isLeftOut(entry: Entry, look: Look, state: State, excepted: number): boolean {
  for (const picks of look.excepted) if (picks(entry, state)) return true;
  return excepted >= 0 && state.removals.isExcepted(excepted, look.entries.name, entry, state);
}

/** A value that may change with every rule: transformed and tested on the spot. */
function runText(link: Link, look: Look, entry: Entry | undefined, text: string, state: State): void {
  let last: string | undefined;
  for (const stage of link.stages) {
    const made = state.values.plain(text, stage);
    if (made === last) continue;
    last = made;
    settle(link, look, entry, made, link.asked?.isMatch(made, state) === true, state);
  }
}

/** A value that stays: transformed once for all rules, and tested only where the sieve has not ruled it out. */
function runValue(link: Link, look: Look, entry: Entry, state: State): void {
  const { asked } = link;
  if (asked === undefined) return;
  const value = internEntry(state, entry, look.entries);
  let last: Value | undefined;
  for (const stage of link.stages) {
    const made = state.values.through(value, stage);
    if (made === last) continue;
    last = made;
    if (asked.number < 0 || state.trace !== undefined) {
      settle(link, look, entry, made.text, asked.isMatch(made.text, state), state);
      continue;
    }
    if (!state.values.mayPass(made, link.side, asked.number)) continue;
    state.budget.spend(STEPS_PER_TEST);
    if (asked.isMatch(made.text, state)) settle(link, look, entry, made.text, true, state);
    else strikeOut(made, link.side, asked.number);
  }
}

function settle(link: Link, look: Look, entry: Entry | undefined, text: string, isMatch: boolean, state: State): void {
  if (state.trace !== undefined) traceTest(link, look, entry, text, isMatch, state);
  if (!isMatch) return;
  state.budget.spend(STEPS_PER_MATCH);
  const matched = { name: shownName(look, entry), value: text };
  if (state.hasFreshMatch) state.matched.push(matched);
  else state.matched = [matched];
  state.hasFreshMatch = true;
  if (link.rule.capture && state.captured.length > 0) keepCaptures(link, state);
  for (const effect of link.effects) effect(state);
}

function keepCaptures({ rule }: Link, state: State): void {
  state.tx.setCaptures(state.captured);
  if (state.trace === undefined) return;
  for (const [index, value] of state.captured.entries()) state.trace({ kind: "set", ruleId: rule.id, variable: `TX:${index}`, value });
}

function traceTest(
  { rule, position }: Link,
  look: Look,
  entry: Entry | undefined,
  transformed: string,
  isMatch: boolean,
  state: State,
): void {
  const { id, phase, transforms } = rule;
  const value = entry === undefined || look.isCount ? transformed : entry.value;
  state.trace?.({
    kind: "test",
    ruleId: id,
    link: position,
    phase,
    variable: shownName(look, entry),
    value,
    transforms,
    transformed,
    isMatch,
  });
}

function shownName(look: Look, entry: Entry | undefined): string {
  if (look.isCount) return look.shown;
  return entry !== undefined && look.entries.variable.isCollection ? `${look.shown}:${entry.key}` : look.shown;
}
