import { join } from "node:path";
import { builtinRules, withBuiltinRules } from "../../src/builtin/index.ts";
import { loadRuleFiles } from "../../src/disk/index.ts";
import type { RuleSet } from "../../src/rule/index.ts";

export type Which = "builtin" | "crs" | "both";

/** The rule set of a run. CRS lies in HOLDFAST_WAF_CRS. */
export function rulesFor(which: Which, paranoia: 1 | 2 | 3 | 4): RuleSet {
  if (which === "builtin") return builtinRules({ paranoia });
  const crs = process.env["HOLDFAST_WAF_CRS"];
  if (crs === undefined) throw new Error("HOLDFAST_WAF_CRS names no folder");
  const core = loadRuleFiles({ rules: [join(crs, "rules")], setup: join(crs, "crs-setup.conf.example"), paranoia });
  return which === "both" ? withBuiltinRules(core, { paranoia }) : core;
}
