import type { Source } from "../rule/index.ts";
import { type ActionCall, splitActions } from "./action-list.ts";
import { applyAction, findAction } from "./action-table.ts";
import type { Draft, DraftRule } from "./draft.ts";
import { besideFile } from "./glob.ts";
import { parseOperator } from "./operator.ts";
import { NO_PARTS } from "./parts.ts";
import { parseTargets } from "./target.ts";
import { unescapeWord, type Word } from "./words.ts";

const RULES_MAX = 100_000;
const CHAIN_LENGTH_MAX = 100;
const ACTIONS_MAX = 1_000;

/** `SecRule VARIABLES OPERATOR [ACTIONS]` */
export function addSecRule(draft: Draft, words: readonly Word[], source: Source): void {
  const [targets, operator, actions] = words;
  const reading = { names: draft.names, problems: draft.problems, source };
  const before = draft.problems.count;
  const rule = {
    targets: parseTargets(unescapeWord(targets, "pattern"), reading),
    operator: parseOperator(operator, reading),
  };
  addRule(draft, { ...rule, isSound: draft.problems.count === before }, actions, source);
}

/** `SecAction ACTIONS`: matches always. */
export function addSecAction(draft: Draft, words: readonly Word[], source: Source): void {
  addRule(draft, { targets: [], operator: undefined, isSound: true }, words[0], source);
}

/** `SecMarker NAME` */
export function addSecMarker(draft: Draft, words: readonly Word[], source: Source): void {
  if (draft.openChain !== undefined) {
    draft.problems.add(draft.openChain.source, "the chain is not finished; expected one more rule before the SecMarker");
    draft.openChain = undefined;
  }
  draft.items.push({ marker: { marker: unescapeWord(words[0], "text"), source } });
}

/** `SecGeoLookupDb FILE`, from the folder of the file that names it. */
export function setPlacesFile(draft: Draft, words: readonly Word[], source: Source): void {
  draft.placesFile = besideFile(unescapeWord(words[0], "text"), source.file);
}

/** `SecDefaultAction ACTIONS`: what the rules of its phase that follow start with. */
export function setDefaultAction(draft: Draft, words: readonly Word[], source: Source): void {
  const calls = readCalls(draft, words[0], source);
  const reading = { names: draft.names, problems: draft.problems, source };
  let parts = NO_PARTS;
  for (const call of calls) {
    const problem = unfitForDefault(call);
    if (problem === undefined) parts = applyAction(parts, call, reading, "head");
    else draft.problems.add(source, problem);
  }
  if (parts.disruptive === undefined || parts.disruptive === "block")
    draft.problems.add(source, "SecDefaultAction says nothing that ends a request; expected deny, pass, drop, allow or redirect");
  if (parts.phase === undefined) draft.problems.add(source, "SecDefaultAction names no phase; expected the action phase:number");
  else draft.defaults = new Map([...draft.defaults, [parts.phase, parts]]);
}

const UNFIT_FOR_DEFAULT: ReadonlySet<string> = new Set([
  "id",
  "msg",
  "rev",
  "ver",
  "severity",
  "logdata",
  "chain",
  "skip",
  "skipafter",
  "capture",
]);

function unfitForDefault({ name, value }: ActionCall): string | undefined {
  if (UNFIT_FOR_DEFAULT.has(name.toLowerCase())) return `"${name}" belongs to one rule; SecDefaultAction speaks for all that follow`;
  if (name.toLowerCase() === "t" && value?.toLowerCase() === "none") return "t:none has nothing to take away in SecDefaultAction";
  return undefined;
}

function addRule(draft: Draft, rule: Pick<DraftRule, "targets" | "operator" | "isSound">, actions: Word | undefined, source: Source): void {
  const before = draft.problems.count;
  const calls = readCalls(draft, actions, source);
  const isSound = rule.isSound && draft.problems.count === before;
  const isChained = calls.some(({ name }) => name.toLowerCase() === "chain");
  const made: DraftRule = { ...rule, isSound, calls: [...calls], defaults: draft.defaults, chain: [], source, id: idOf(calls) };
  const ends = new Set(calls.map(({ name }) => name.toLowerCase()).filter((name) => findAction(name)?.isEnd === true));
  if (ends.size > 1) draft.problems.remark(source, `of ${[...ends].join(", ")} the last one holds`);
  const head = draft.openChain;
  if (head === undefined) draft.items.push({ rule: made });
  else head.chain.push(made);
  draft.openChain = isChained ? (head ?? made) : undefined;
  if (head !== undefined && head.chain.length === CHAIN_LENGTH_MAX)
    draft.problems.add(source, `more than ${CHAIN_LENGTH_MAX} rules in one chain`);
  if (draft.items.length === RULES_MAX) draft.problems.add(source, `more than ${RULES_MAX} rules`);
}

function readCalls(draft: Draft, actions: Word | undefined, source: Source): readonly ActionCall[] {
  const result = splitActions(unescapeWord(actions, "text"));
  if ("calls" in result && result.calls.length <= ACTIONS_MAX) return result.calls;
  draft.problems.add(source, "calls" in result ? `more than ${ACTIONS_MAX} actions in one rule` : result.problem);
  return [];
}

/** The id as far as it can be read: what is wrong with it is said when the actions are obeyed. */
export function idOf(calls: readonly ActionCall[]): number | undefined {
  const value = calls.findLast(({ name }) => name.toLowerCase() === "id")?.value ?? "";
  return /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
