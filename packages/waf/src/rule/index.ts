export { addTo, control, expireVariable, maskArgument, type Place, setVariable, subtractFrom, unsetVariable } from "./actions.ts";
export { marker, type RuleInput, rule, type TargetInput, type TestInput } from "./build.ts";
export { checkRule, checkSet } from "./check.ts";
export { joinRules, mergeRules, ruleSet } from "./merge.ts";
export { NO_META, SEVERITIES, type Severity } from "./meta.ts";
export type { OperatorName, TransformName, VariableName } from "./names.ts";
export { didYouMean } from "./nearest.ts";
export { RuleProblem, RuleProblems } from "./problem.ts";
export type {
  Action,
  Disruptive,
  EngineMode,
  Marker,
  MaskedVariable,
  Meta,
  Namespaces,
  OperatorCall,
  OverLimit,
  Phase,
  Remark,
  Rule,
  RuleSet,
  Selector,
  Settings,
  Source,
  Target,
  XmlArguments,
} from "./rule.ts";
export { DEFAULT_SETTINGS } from "./settings.ts";
export { cutTargetText, toTarget } from "./target.ts";
