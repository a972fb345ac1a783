// <Location> and <LocationMatch> of Apache: what files say of rules for some paths becomes a rule that says it with ctl, before all others.
import type { Source } from "../rule/index.ts";
import type { ActionCall } from "./action-list.ts";
import { CONTROLS } from "./control.ts";
import type { Draft, DraftRule } from "./draft.ts";
import { splitTargets } from "./target.ts";
import { excerpt, unescapeWord, type Word } from "./words.ts";

/** Ids of the rules made here; no rule set comes near. */
const PLACED_ID_FROM = 980_000_000_000_000;

/** Paths that servers read in more than one way belong to no place: what is allowed at one path could be had at another by a detour. */
const UNCLEAR_PATH = String.raw`(?:^|/)\.{1,2}(?:/|$)|//|[\\%;\x00-\x1f]`;

/** The pattern over REQUEST_FILENAME that a section means; undefined where it names no place. Apache, `<Location>`: whole segments, `*` and `?` stop at a slash. */
export function patternOfPlace(name: string, condition: string): string | undefined {
  const isPattern = name === "locationmatch" || condition.startsWith("~");
  const text = condition.replace(/^~\s*/, "").replace(/^"(.*)"$/, "$1").replace(/^'(.*)'$/, "$1"); // biome-ignore format: one line
  if (isPattern) return text === "" ? undefined : text;
  if (!text.startsWith("/")) return undefined;
  const pattern = text
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return text.endsWith("/") ? `^${pattern}` : `^${pattern}(?:/|$)`;
}

/** Obeys one directive for the paths of a place. */
export function applyAt(
  draft: Draft,
  pattern: string,
  line: { readonly name: string; readonly words: readonly Word[] },
  source: Source,
): void {
  const settings = toControls(line.name.toLowerCase(), line.words);
  if (typeof settings === "string") {
    draft.problems.add(source, `${line.name} for a place: ${settings}`);
    return;
  }
  const id = PLACED_ID_FROM + draft.placed.length;
  const test = { targets: [{ variable: "REQUEST_FILENAME", count: false, exclude: false }], defaults: new Map(), chain: [], source, isSound: true }; // biome-ignore format: one line
  const clear: DraftRule = {
    ...test,
    operator: { name: "rx", negated: true, argument: UNCLEAR_PATH },
    calls: settings.map((value): ActionCall => ({ name: "ctl", value })),
    id: undefined,
  };
  const calls = [{ name: "id", value: String(id) }, { name: "phase", value: "1" }, call("pass"), call("nolog"), call("chain")];
  draft.placed.push({ rule: { ...test, operator: { name: "rx", negated: false, argument: pattern }, calls, chain: [clear], id } });
}

function call(name: string): ActionCall {
  return { name, value: undefined };
}

/** The settings of ctl that say the same, or what was expected instead. */
function toControls(name: string, words: readonly Word[]): readonly string[] | string {
  const found = /^secrule(remove|updatetarget)(by(?:id|tag|msg))$/.exec(name);
  if (found !== null) return found[1] === "remove" ? removals(found[2] ?? "", words) : exclusions(found[2] ?? "", words);
  const setting = CONTROLS.find((control) => `sec${control.name.toLowerCase()}` === name);
  const value = unescapeWord(words[0], "text");
  if (setting !== undefined && words.length === 1) return [`${setting.name}=${value}`];
  return `found ${excerpt(name)}; expected SecRuleRemoveBy…, SecRuleUpdateTargetBy… or a setting such as SecRuleEngine`;
}

function removals(by: string, words: readonly Word[]): readonly string[] | string {
  const named = by === "byid" ? words.flatMap(({ raw }) => raw.trim().split(/[\s,]+/)) : words.map((word) => unescapeWord(word, "pattern"));
  return named.length === 0 ? "found nothing; expected which rules" : named.map((which) => `ruleRemove${by}=${which}`);
}

function exclusions(by: string, words: readonly Word[]): readonly string[] | string {
  const which = unescapeWord(words[0], "pattern");
  const targets = splitTargets(unescapeWord(words[1], "pattern"));
  if (words.length !== 2 || targets.some((target) => !target.startsWith("!")))
    return "found other variables than such that are left out; expected which rules and !VARIABLE";
  return targets.map((target) => `ruleRemoveTarget${by}=${which};${target.slice(1)}`);
}
