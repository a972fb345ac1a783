export type { KnownNames, LoadNeeds, RuleFiles, RuleText } from "./contract.ts";
export { loadRules } from "./load.ts";
export { printRules } from "./print.ts";
