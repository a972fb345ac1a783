import type { Trial } from "../operator/contract.ts";
import { compilePattern, type Pattern, PatternProblem } from "../pattern/index.ts";
import type { Source } from "../rule/index.ts";
import { splitActions } from "./action-list.ts";
import { actionUpdate, type IsMeant, type Place, removal, targetUpdate } from "./change.ts";
import type { Draft } from "./draft.ts";
import type { OpenLink } from "./open-rule.ts";
import { parseTargets } from "./target.ts";
import { excerpt, unescapeWord, type Word } from "./words.ts";

/** `SecRuleRemoveById 1 2 "10-20"` */
export function removeById(draft: Draft, words: readonly Word[], source: Source): void {
  draft.changes.push(removal(source, readIds(draft, words, source)));
}

/** `SecRuleRemoveByTag PATTERN` and its sisters. */
export function removeByText(draft: Draft, words: readonly Word[], source: Source, action: "tag" | "msg"): void {
  draft.changes.push(removal(source, readTextTest(draft, words, source, action)));
}

/** `SecRuleUpdateTargetById ID[:LINK] TARGETS [REPLACED]`; Coraza takes more ids than one. */
export function updateTargetsById(draft: Draft, words: readonly Word[], source: Source): void {
  const more = words.slice(1).findIndex(({ raw }) => !/^\d[\d\s,-]*$/.test(raw));
  const last = Math.max(0, more);
  const behind = words.slice(last);
  if (behind.length > WORDS_OF_UPDATE)
    draft.problems.add(source, `found ${excerpt(behind[WORDS_OF_UPDATE]?.raw ?? "")} behind the variables; expected nothing`);
  const place = last === 0 ? readPlace(draft, words[0], source) : { isMeant: readIds(draft, words.slice(0, last + 1), source), link: 0 };
  if (place !== undefined) updateTargets(draft, behind, source, place);
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
  const calls = result.calls.map((call) => ({ ...call, source }));
  draft.changes.push(actionUpdate(source, place, calls));
}

/** Which rules, which variables, and what they take the place of. */
const WORDS_OF_UPDATE = 3;

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
  return ({ links: [head] }) => textsOf(head, action).some((text) => tests.some((test) => test(text)));
}

function textsOf(head: OpenLink | undefined, action: "tag" | "msg"): readonly string[] {
  const { tags = [], message = "" } = head?.parts.meta ?? {};
  return action === "tag" ? tags : [message];
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
  draft.changes.push(targetUpdate(source, place, added, replaced));
}
