export { RuleProblem } from "./problem.ts";
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
