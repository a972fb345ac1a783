export type { Finder, Found, Scanner } from "./contract.ts";
export { createFinder } from "./finder.ts";
export { createScanner } from "./scanner.ts";
