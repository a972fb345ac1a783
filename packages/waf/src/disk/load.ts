// Puts together what a rule set is loaded from: the set-up, then what the caller says, then the rules.
import { builtinRules, withBuiltinRules } from "../builtin/index.ts";
import { idleRemarks, KNOWN_NAMES } from "../engine/index.ts";
import { type EngineMode, mergeRules, RuleProblem, type RuleSet } from "../rule/index.ts";
import { loadRules, type RuleText } from "../seclang/index.ts";
import { DISK, rulePaths } from "./files.ts";

export interface RuleSource {
  /** Folders (all `*.conf` of them, by name) and files with SecLang rules. Absent: the built-in rules. */
  readonly rules?: readonly string[] | undefined;
  /** A file that is loaded before them, such as `crs-setup.conf`. */
  readonly setup?: string | undefined;
  /** Sets blocking and detection to this level, by the names of CRS 3 and 4. Absent: what the set-up says. */
  readonly paranoia?: 1 | 2 | 3 | 4 | undefined;
  /** The built-in rules as well as those of `rules`. */
  readonly withBuiltin?: boolean;
  /** Instead of what SecRuleEngine says. */
  readonly engine?: EngineMode;
  /** Directives before the set-up, which may say otherwise. */
  readonly defaults?: RuleText;
  /** Directives behind the set-up and before the rules. */
  readonly extra?: RuleText;
}

/** Throws RuleProblem, with everything that is wrong, where the rules cannot be loaded. */
export function loadRuleFiles(source: RuleSource): RuleSet {
  const loaded = withBuiltin(source);
  return source.engine === undefined ? loaded : { ...loaded, settings: { ...loaded.settings, engine: source.engine } };
}

function withBuiltin(source: RuleSource): RuleSet {
  const isWritten = source.rules !== undefined || source.setup !== undefined || source.extra !== undefined;
  if (!isWritten) return builtinRules(levelOf(source));
  const written = readWritten(source);
  const set = source.rules === undefined || source.withBuiltin === true ? beside(written, source) : written;
  return { ...set, remarks: [...set.remarks, ...idleRemarks(set)] };
}

/** What only sets up (limits, removals, actions that always hold) leaves the built-in rules as they are alone, with the limits that fit them. */
function beside(written: RuleSet, source: RuleSource): RuleSet {
  const isSetUp = written.items.every((item) => "marker" in item || item.operator === undefined);
  if (!isSetUp) return withBuiltinRules(written, levelOf(source));
  const builtin = builtinRules(levelOf(source));
  const { jsonLeavesMax, stepsMax } = builtin.settings;
  const both = mergeRules(written, builtin);
  return { ...both, settings: { ...both.settings, jsonLeavesMax, stepsMax } };
}

function levelOf({ paranoia }: RuleSource): { readonly paranoia?: 1 | 2 | 3 | 4 } {
  return paranoia === undefined ? {} : { paranoia };
}

function readWritten(source: RuleSource): RuleSet {
  if (source.rules?.length === 0)
    throw new RuleProblem(
      "rules names no file, so that nothing would be guarded; expected one at least, or no rules for the built-in ones",
    );
  const sources: (string | RuleText)[] = [];
  if (source.defaults !== undefined) sources.push(source.defaults);
  if (source.setup !== undefined) sources.push(source.setup);
  if (source.paranoia !== undefined) sources.push(paranoiaText(source.paranoia));
  if (source.extra !== undefined) sources.push(source.extra);
  for (const word of source.rules ?? []) sources.push(...rulePaths(word));
  return loadRules({ sources, files: DISK, known: KNOWN_NAMES });
}

function paranoiaText(level: number): RuleText {
  const names = ["paranoia_level", "executing_paranoia_level", "blocking_paranoia_level", "detection_paranoia_level"];
  const sets = names.map((name) => `setvar:tx.${name}=${level}`).join(",");
  return { name: "(paranoia)", text: `SecAction "id:99003,phase:1,pass,nolog,${sets}"\n` };
}
