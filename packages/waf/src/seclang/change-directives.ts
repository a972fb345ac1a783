import type { Source } from "../rule/index.ts";
import { splitActions } from "./action-list.ts";
import type { Draft, DraftItem, DraftRule } from "./draft.ts";
import { parseTargets } from "./target.ts";
import { excerpt, unescapeWord, type Word } from "./words.ts";

/** `SecRuleRemoveById 1 2 "10-20"` */
export function removeById(draft: Draft, words: readonly Word[], source: Source): void {
  const isMeant = readIds(draft, words, source);
  draft.changes.push({ source, apply: () => removeRules(draft, source, ({ id }) => id !== undefined && isMeant(id)) });
}

/** `SecRuleRemoveByTag PATTERN` and its sisters: a text of the rule against a pattern. */
export function removeByText(draft: Draft, words: readonly Word[], source: Source, action: "tag" | "msg"): void {
  const isMeant = readTextTest(draft, words, source, action);
  draft.changes.push({ source, apply: () => removeRules(draft, source, isMeant) });
}

/** `SecRuleUpdateTargetById ID[:LINK] TARGETS [REPLACED]` */
export function updateTargetsById(draft: Draft, words: readonly Word[], source: Source): void {
  const place = readPlace(draft, words[0], source);
  if (place === undefined) return;
  updateTargets(draft, words, source, () => place);
}

/** `SecRuleUpdateTargetByTag PATTERN TARGETS [REPLACED]` */
export function updateTargetsByText(draft: Draft, words: readonly Word[], source: Source, action: "tag" | "msg"): void {
  const isMeant = readTextTest(draft, words.slice(0, 1), source, action);
  updateTargets(draft, words, source, () => ({ isMeant, link: 0 }));
}

/** `SecRuleUpdateActionById ID[:LINK] ACTIONS` */
export function updateActionsById(draft: Draft, words: readonly Word[], source: Source): void {
  const place = readPlace(draft, words[0], source);
  const result = splitActions(unescapeWord(words[1]?.raw ?? "", "text"));
  if ("problem" in result) {
    draft.problems.add(source, result.problem);
    return;
  }
  const fixed = result.calls.find(({ name }) => /^(?:id|chain|phase)$/i.test(name));
  if (fixed !== undefined) draft.problems.add(source, `"${fixed.name}" cannot be changed by SecRuleUpdateActionById`);
  if (place === undefined || fixed !== undefined) return;
  draft.changes.push({
    source,
    apply: () => {
      for (const rule of meantRules(draft, source, place)) rule.calls = mergeCalls(rule.calls, result.calls);
    },
  });
}

interface Place {
  readonly isMeant: (rule: DraftRule) => boolean;
  /** 0 the head of a chain, 1 the rule behind it … */
  readonly link: number;
}

function readPlace(draft: Draft, word: Word | undefined, source: Source): Place | undefined {
  const [ids = "", link = "0", ...rest] = (word?.raw ?? "").split(":");
  if (!/^\d{1,3}$/.test(link) || rest.length > 0) {
    draft.problems.add(source, `found ${excerpt(word?.raw ?? "")}; expected an id, or id:place in the chain`);
    return undefined;
  }
  const isMeant = readIds(draft, [{ raw: ids, isQuoted: false }], source);
  return { isMeant: ({ id }) => id !== undefined && isMeant(id), link: Number(link) };
}

function readIds(draft: Draft, words: readonly Word[], source: Source): (id: number) => boolean {
  const ranges: (readonly [least: number, most: number])[] = [];
  for (const part of words.flatMap(({ raw }) => raw.split(/[\s,]+/))) {
    const found = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part);
    const least = Number(found?.[1] ?? -1);
    const most = Number(found?.[2] ?? least);
    if (found === null || most < least)
      draft.problems.add(source, `found ${excerpt(part)}; expected an id or a range such as 942100-942190`);
    else ranges.push([least, most]);
  }
  return (id) => ranges.some(([least, most]) => least <= id && id <= most);
}

function readTextTest(draft: Draft, words: readonly Word[], source: Source, action: "tag" | "msg"): (rule: DraftRule) => boolean {
  const wanted = words.map(({ raw }) => unescapeWord(raw, "text"));
  if (wanted.includes("")) draft.problems.add(source, `found an empty text; expected a ${action}`);
  return ({ calls }) =>
    calls.some(({ name, value }) => name.toLowerCase() === action && wanted.some((text) => matchesText(value ?? "", text)));
}

/** A plain text is meant whole; `^` and `$` of a pattern then hold anyway. */
function matchesText(value: string, wanted: string): boolean {
  return value.includes(wanted);
}

function updateTargets(draft: Draft, words: readonly Word[], source: Source, choose: () => Place): void {
  const reading = { names: draft.names, problems: draft.problems, source };
  const added = parseTargets(unescapeWord(words[1]?.raw ?? "", "pattern"), reading);
  const replaced = words[2] === undefined ? [] : parseTargets(unescapeWord(words[2].raw, "pattern"), reading);
  draft.changes.push({
    source,
    apply: () => {
      for (const rule of meantRules(draft, source, choose())) {
        const gone = new Set(replaced.map((target) => JSON.stringify(target)));
        rule.targets = [...rule.targets.filter((target) => !gone.has(JSON.stringify(target))), ...added];
      }
    },
  });
}

function meantRules(draft: Draft, source: Source, place: Place): DraftRule[] {
  const heads = rulesOf(draft.items).filter(place.isMeant);
  const meant = heads.flatMap((head) => [head, ...head.chain][place.link] ?? []);
  if (meant.length === 0) draft.problems.remark(source, "no such rule is there: nothing was changed");
  return meant;
}

function removeRules(draft: Draft, source: Source, isMeant: (rule: DraftRule) => boolean): void {
  const kept = draft.items.filter((item) => "marker" in item || !isMeant(item.rule));
  if (kept.length === draft.items.length) draft.problems.remark(source, "no such rule is there: nothing was removed");
  draft.items = kept;
}

function rulesOf(items: readonly DraftItem[]): DraftRule[] {
  return items.flatMap((item) => ("rule" in item ? [item.rule] : []));
}

/** Actions that may stand in a rule many times are added; of the others the new one takes the place of the old. */
const REPEATED: ReadonlySet<string> = new Set(["t", "tag", "setvar", "expirevar", "ctl", "setenv", "initcol"]);

function mergeCalls(before: DraftRule["calls"], added: DraftRule["calls"]): DraftRule["calls"] {
  const replaced = new Set(added.map(({ name }) => name.toLowerCase()).filter((name) => !REPEATED.has(name)));
  return [...before.filter(({ name }) => !replaced.has(name.toLowerCase())), ...added];
}
