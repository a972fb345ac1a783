export { didYouMean } from "./nearest.ts";
export { RuleProblem, RuleProblems } from "./problem.ts";
export type {
  Action,
  Disruptive,
  EngineMode,
  Marker,
  Meta,
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
} from "./rule.ts";
export { DEFAULT_SETTINGS } from "./settings.ts";
