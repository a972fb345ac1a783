// Puts together what a rule set is loaded from: the set-up, then what the command line says, then the rules.
import { KNOWN_NAMES } from "../engine/index.ts";
import type { RuleSet } from "../rule/index.ts";
import { loadRules, type RuleText } from "../seclang/index.ts";
import { DISK, rulePaths } from "./rule-files.ts";

export interface RuleSource {
  /** Folders and files. */
  readonly rules: readonly string[] | undefined;
  readonly setup: string | undefined;
  readonly paranoia: 1 | 2 | 3 | 4 | undefined;
  /** Directives behind the set-up and before the rules. */
  readonly extra?: RuleText;
}

/** Throws RuleProblem, with everything that is wrong, where the rules cannot be loaded. */
export function loadRuleSource(source: RuleSource): RuleSet {
  const sources: (string | RuleText)[] = [];
  if (source.setup !== undefined) sources.push(source.setup);
  if (source.paranoia !== undefined) sources.push(paranoiaText(source.paranoia));
  if (source.extra !== undefined) sources.push(source.extra);
  for (const word of source.rules ?? []) sources.push(...rulePaths(word));
  return loadRules({ sources, files: DISK, known: KNOWN_NAMES });
}

/** Blocking and detection at one level, by the names of CRS 3 and CRS 4. */
function paranoiaText(level: number): RuleText {
  const names = ["paranoia_level", "executing_paranoia_level", "blocking_paranoia_level", "detection_paranoia_level"];
  const sets = names.map((name) => `setvar:tx.${name}=${level}`).join(",");
  return { name: "(--paranoia)", text: `SecAction "id:99003,phase:1,pass,nolog,${sets}"\n` };
}
