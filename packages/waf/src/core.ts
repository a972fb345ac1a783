// Rules, engine and guard alone, for whoever brings rules of the builder or the built-in ones: without the reader of SecLang and without adapters.
export { builtinRules } from "./builtin/index.ts";
export { createFirewall } from "./firewall.ts";
export { type Guard, type WarmUpOptions, warmUp } from "./guard/index.ts";
export type { RequestHead } from "./http/index.ts";
export type { RuleSet } from "./rule/index.ts";
