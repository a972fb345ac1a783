export { loadRuleFiles, type RuleSource } from "./load.ts";
