export { compilePattern } from "./compile.ts";
export type { Pattern, PatternOptions } from "./contract.ts";
export { PatternProblem } from "./reader.ts";
