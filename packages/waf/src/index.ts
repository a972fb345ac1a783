// The public face of the package. An adapter, rules, and a firewall made of them are all that most servers need.
export {
  expressFirewall,
  fastifyFirewall,
  honoFirewall,
  type Protection,
  protect,
  protectUpgrade,
  type Refused,
  reportBroken,
} from "./adapter/index.ts";
export { builtinRules, withBuiltinRules } from "./builtin/index.ts";
export { loadRuleFiles as loadRules, type RuleSource } from "./disk/index.ts";
export { createWaf, type Match, type Transaction, type Verdict, type Waf, type WafNeeds } from "./engine/index.ts";
export { createFirewall, type FirewallOptions } from "./firewall.ts";
export {
  type DeclaredRoute,
  type Difference,
  type Exclusion,
  type Explanation,
  explain,
  type Guard,
  type Policy,
  type ReplayResult,
  type Review,
  readRecord,
  recordRequest,
  replay,
  type Shape,
  shape,
  type Trial,
  type WarmUpOptions,
  warmUp,
} from "./guard/index.ts";
export { parseRawRequest, type RequestHead, type ResponseHead } from "./http/index.ts";
export type { LookupSources } from "./operator/index.ts";
export {
  addTo,
  control,
  expireVariable,
  marker,
  maskArgument,
  mergeRules,
  type Rule,
  type RuleInput,
  RuleProblem,
  RuleProblems,
  type RuleSet,
  rule,
  ruleSet,
  setVariable,
  subtractFrom,
  unsetVariable,
} from "./rule/index.ts";
export { printRules } from "./seclang/index.ts";
