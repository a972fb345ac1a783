// The patterns of rule sets that are never copied into this project: read where they are installed.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { KNOWN_NAMES } from "../../src/engine/index.ts";
import type { Rule, RuleSet } from "../../src/rule/index.ts";
import { loadRules } from "../../src/seclang/index.ts";

export interface RuleSetPatterns {
  readonly name: string;
  /** Why its tests do not run; undefined where the rules are there. */
  readonly missing: string | undefined;
  /** How many patterns it has at least: a reader that loses some must not look well. */
  readonly atLeast: number;
  read(): readonly RulePattern[];
}

export interface RulePattern {
  readonly id: number;
  readonly source: string;
}

/** CRS 4 from the folder that HOLDFAST_WAF_CRS names, and Debian's CRS 3.3.4 from its fixed place. */
export const RULE_SETS: readonly RuleSetPatterns[] = [
  ruleSet("CRS 4.28", process.env["HOLDFAST_WAF_CRS"] ?? "", 280, "HOLDFAST_WAF_CRS names no folder of CRS 4.28"),
  ruleSet("CRS 3.3.4", "/usr/share/modsecurity-crs", 230, "the package modsecurity-crs is not installed"),
];

function ruleSet(name: string, folder: string, atLeast: number, reason: string): RuleSetPatterns {
  const rules = join(folder, "rules");
  return {
    name,
    atLeast,
    missing: folder !== "" && existsSync(rules) ? undefined : `not run: ${reason}`,
    read: () => patternsOf(load(rules)),
  };
}

function load(folder: string): RuleSet {
  const names = readdirSync(folder).filter((name) => name.endsWith(".conf"));
  return loadRules({
    sources: names.toSorted().map((name) => join(folder, name)),
    files: { readFile: (path) => readFileSync(path, "latin1"), listFiles: (path) => readdirSync(path) },
    known: KNOWN_NAMES,
  });
}

/** Each pattern once. One with a macro is not known before a request comes. */
function patternsOf(rules: RuleSet): readonly RulePattern[] {
  const found = new Map<string, RulePattern>();
  const visit = (rule: Rule): void => {
    const call = rule.operator;
    if (call?.name === "rx" && !call.argument.includes("%{")) found.set(call.argument, { id: rule.id, source: call.argument });
    rule.chain.forEach(visit);
  };
  for (const item of rules.items) if (!("marker" in item)) visit(item);
  return [...found.values()];
}
