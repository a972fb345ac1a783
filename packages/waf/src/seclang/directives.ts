import { didYouMean, type Source } from "../rule/index.ts";
import { removeById, removeByText, updateActionsById, updateTargetsById, updateTargetsByText } from "./change-directives.ts";
import type { Draft } from "./draft.ts";
import { applyForeign, FOREIGN_ROWS } from "./foreign-directives.ts";
import { addSecAction, addSecMarker, addSecRule, setDefaultAction, setPlacesFile } from "./rule-directives.ts";
import { applySetting, SETTING_ROWS } from "./setting-directives.ts";
import { excerpt, unescapeWord, type Word } from "./words.ts";

interface DirectiveRow {
  readonly name: string;
  readonly words: readonly [least: number, most: number];
  readonly apply: (draft: Draft, words: readonly Word[], source: Source) => void;
}

const MANY = Number.MAX_SAFE_INTEGER;

/** Directives about rules. */
export const RULE_ROWS: readonly DirectiveRow[] = [
  { name: "SecRule", words: [2, 3], apply: addSecRule },
  { name: "SecAction", words: [1, 1], apply: addSecAction },
  { name: "SecMarker", words: [1, 1], apply: addSecMarker },
  { name: "SecDefaultAction", words: [1, 1], apply: setDefaultAction },
  { name: "SecGeoLookupDb", words: [1, 1], apply: setPlacesFile },
  { name: "SecRuleRemoveById", words: [1, MANY], apply: removeById },
  { name: "SecRuleRemoveByTag", words: [1, MANY], apply: (draft, words, source) => removeByText(draft, words, source, "tag") },
  { name: "SecRuleRemoveByMsg", words: [1, MANY], apply: (draft, words, source) => removeByText(draft, words, source, "msg") },
  { name: "SecRuleUpdateTargetById", words: [2, MANY], apply: updateTargetsById },
  { name: "SecRuleUpdateTargetByTag", words: [2, 3], apply: (draft, words, source) => updateTargetsByText(draft, words, source, "tag") },
  { name: "SecRuleUpdateTargetByMsg", words: [2, 3], apply: (draft, words, source) => updateTargetsByText(draft, words, source, "msg") },
  { name: "SecRuleUpdateActionById", words: [2, 2], apply: updateActionsById },
];

const ROWS: readonly DirectiveRow[] = [
  ...RULE_ROWS,
  ...SETTING_ROWS.map(
    (row): DirectiveRow => ({
      name: row.name,
      words: [0, MANY],
      apply: (draft, words, source) => applySetting(draft, row, plain(words), source),
    }),
  ),
  ...FOREIGN_ROWS.map(
    (row): DirectiveRow => ({
      name: row.name,
      words: [0, MANY],
      apply: (draft, words, source) => applyForeign(draft, row, plain(words), source),
    }),
  ),
];

const BY_NAME: ReadonlyMap<string, DirectiveRow> = new Map(ROWS.map((row) => [row.name.toLowerCase(), row]));

/** Obeys one directive of a rule file. What is wrong is reported. */
export function applyDirective(draft: Draft, name: string, words: readonly Word[], source: Source): void {
  const row = BY_NAME.get(name.toLowerCase());
  if (row === undefined) {
    const hint = didYouMean(name, ROWS.map((known) => known.name)); // biome-ignore format: one line
    draft.problems.add(source, `unknown directive ${excerpt(name)}; expected a directive of the reference manual${hint}`);
    return;
  }
  const [least, most] = row.words;
  if (words.length >= least && words.length <= most) row.apply(draft, words, source);
  else draft.problems.add(source, `${row.name} has ${words.length} values; expected ${least === most ? least : `${least} to ${most}`}`);
}

function plain(words: readonly Word[]): string[] {
  return words.map((word) => unescapeWord(word, "text"));
}
