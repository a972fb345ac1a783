export { type Company, createCompany } from "./company.ts";
export { compilePattern } from "./compile.ts";
export type { Pattern, PatternOptions } from "./contract.ts";
export type { FuzzOptions, FuzzResult, FuzzSubject } from "./fuzz.ts";
export { fuzzPatterns } from "./fuzz.ts";
export { PatternProblem } from "./reader.ts";
