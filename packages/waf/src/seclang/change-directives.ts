import type { Trial } from "../operator/contract.ts";
import { compilePattern, type Pattern, PatternProblem } from "../pattern/index.ts";
import type { Marker, Source } from "../rule/index.ts";
import { splitActions } from "./action-list.ts";
import { findAction } from "./action-table.ts";
import type { Draft, DraftItem, DraftRule } from "./draft.ts";
import { parseTargets } from "./target.ts";
import { excerpt, unescapeWord, type Word } from "./words.ts";

/** `SecRuleRemoveById 1 2 "10-20"` */
export function removeById(draft: Draft, words: readonly Word[], source: Source): void {
  const isMeant = readIds(draft, words, source);
  draft.changes.push(() => removeRules(draft, source, isMeant));
}

/** `SecRuleRemoveByTag PATTERN` and its sisters. */
export function removeByText(draft: Draft, words: readonly Word[], source: Source, action: "tag" | "msg"): void {
  const isMeant = readTextTest(draft, words, source, action);
  draft.changes.push(() => removeRules(draft, source, isMeant));
}

/** `SecRuleUpdateTargetById ID[:LINK] TARGETS [REPLACED]` */
export function updateTargetsById(draft: Draft, words: readonly Word[], source: Source): void {
  const place = readPlace(draft, words[0], source);
  if (place !== undefined) updateTargets(draft, words, source, place);
}

/** `SecRuleUpdateTargetByTag PATTERN TARGETS [REPLACED]` */
export function updateTargetsByText(draft: Draft, words: readonly Word[], source: Source, action: "tag" | "msg"): void {
  updateTargets(draft, words, source, { isMeant: readTextTest(draft, words.slice(0, 1), source, action), link: 0 });
}

/** `SecRuleUpdateActionById ID[:LINK] ACTIONS` */
export function updateActionsById(draft: Draft, words: readonly Word[], source: Source): void {
  const place = readPlace(draft, words[0], source);
  const result = splitActions(unescapeWord(words[1], "text"));
  if ("problem" in result) {
    draft.problems.add(source, result.problem);
    return;
  }
  const fixed = result.calls.find(({ name }) => FIXED.has(name.toLowerCase()));
  if (fixed !== undefined) draft.problems.add(source, `${excerpt(fixed.name)} cannot be changed by SecRuleUpdateActionById`);
  if (place === undefined || fixed !== undefined) return;
  const added = result.calls.map((call) => ({ ...call, source }));
  draft.changes.push(() => {
    for (const rule of meantRules(draft, source, place)) rule.calls = mergeCalls(rule.calls, added);
  });
}

type IsMeant = (rule: DraftRule) => boolean;

interface Place {
  readonly isMeant: IsMeant;
  /** 0 the head of a chain, 1 the rule behind it … */
  readonly link: number;
}

/** The reference manual names id and phase; what a chain consists of cannot change either once it is put together. */
const FIXED: ReadonlySet<string> = new Set(["id", "phase", "chain"]);

function readPlace(draft: Draft, word: Word | undefined, source: Source): Place | undefined {
  const found = /^([^:]*)(?::(\d{1,3}))?$/.exec(word?.raw ?? "");
  if (found !== null) return { isMeant: readIds(draft, [{ raw: found[1] ?? "", quote: "" }], source), link: Number(found[2] ?? 0) };
  draft.problems.add(source, `found ${excerpt(word?.raw ?? "")}; expected an id, or id:place in the chain`);
  return undefined;
}

function readIds(draft: Draft, words: readonly Word[], source: Source): IsMeant {
  const ranges: (readonly [least: number, most: number])[] = [];
  for (const part of words.flatMap(({ raw }) => raw.trim().split(/[\s,]+/))) {
    const found = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part);
    const least = Number(found?.[1] ?? -1);
    const most = Number(found?.[2] ?? least);
    if (found === null || most < least)
      draft.problems.add(source, `found ${excerpt(part)}; expected an id or a range such as 942100-942190`);
    else ranges.push([least, most]);
  }
  return ({ id }) => id !== undefined && ranges.some(([least, most]) => least <= id && id <= most);
}

/** A text of a rule, by a pattern that occurs in it (ModSecurity 2) or by itself (ModSecurity 3): either will do. */
function readTextTest(draft: Draft, words: readonly Word[], source: Source, action: "tag" | "msg"): IsMeant {
  const tests = words.map((word) => {
    const text = unescapeWord(word, "pattern");
    if (text === "") draft.problems.add(source, `found an empty text; expected a ${action}`);
    const pattern = toPattern(text);
    return (value: string) => value === text || pattern?.test(value, FREE) === true;
  });
  return ({ calls }) => calls.some(({ name, value }) => name.toLowerCase() === action && tests.some((test) => test(value ?? "")));
}

/** A text that is no pattern stands for itself. */
function toPattern(text: string): Pattern | undefined {
  try {
    return compilePattern(text, { capture: false });
  } catch (error) {
    if (error instanceof PatternProblem) return undefined;
    throw error;
  }
}

/** Tags and messages are short, and there is no request whose budget could be spent. */
const FREE: Trial = { capture: () => undefined, spend: () => undefined };

function updateTargets(draft: Draft, words: readonly Word[], source: Source, place: Place): void {
  const reading = { names: draft.names, problems: draft.problems, source };
  const added = parseTargets(unescapeWord(words[1], "pattern"), reading);
  const replaced = words[2] === undefined ? [] : parseTargets(unescapeWord(words[2], "pattern"), reading);
  const gone = new Set(replaced.map((target) => JSON.stringify(target)));
  draft.changes.push(() => {
    for (const rule of meantRules(draft, source, place)) {
      const there = new Set(rule.targets.map((target) => JSON.stringify(target)));
      const fresh = added.filter((target) => !there.has(JSON.stringify(target)));
      rule.targets = [...rule.targets.filter((target) => !gone.has(JSON.stringify(target))), ...fresh];
    }
  });
}

function meantRules(draft: Draft, source: Source, place: Place): DraftRule[] {
  const heads = draft.items.flatMap((item) => ("rule" in item && place.isMeant(item.rule) ? [item.rule] : []));
  const meant = heads.flatMap((head) => [head, ...head.chain][place.link] ?? []);
  if (meant.length === 0) draft.problems.remark(source, "no such rule is there: nothing was changed");
  return meant;
}

/** Where other rules jump behind a removed one, a marker keeps its place (as in ModSecurity 2). */
function removeRules(draft: Draft, source: Source, isMeant: IsMeant): void {
  const wanted = new Set(draft.items.flatMap((item) => ("rule" in item ? item.rule.calls.flatMap(jumpsTo) : [])));
  let removed = 0;
  const items: DraftItem[] = [];
  for (const item of draft.items) {
    if ("marker" in item || !isMeant(item.rule)) {
      items.push(item);
      continue;
    }
    removed++;
    const marker: Marker = { marker: String(item.rule.id), source: item.rule.source };
    if (wanted.has(marker.marker)) items.push({ marker });
  }
  if (removed === 0) draft.problems.remark(source, "no such rule is there: nothing was removed");
  draft.items = items;
}

function jumpsTo({ name, value }: DraftRule["calls"][number]): string[] {
  return name.toLowerCase() === "skipafter" && value !== undefined ? [value] : [];
}

/**
 * Actions that may stand in a rule many times are added at the end; of the others the new one takes the place of the old (reference manual),
 * and a new end that of any other.
 */
function mergeCalls(before: DraftRule["calls"], added: DraftRule["calls"]): DraftRule["calls"] {
  const isReplaced = (name: string): boolean => added.some((call) => isSameKind(call.name, name));
  return [...before.filter(({ name }) => !isReplaced(name)), ...added];
}

function isSameKind(added: string, before: string): boolean {
  const row = findAction(added);
  if (row?.isEnd === true && findAction(before)?.isEnd === true) return true;
  return row?.isRepeated !== true && added.toLowerCase() === before.toLowerCase();
}
