// Ids, scores and tags of the built-in rules. Ids are a promise: exclusions name them.
import type { Severity } from "../rule/index.ts";

export type Level = 1 | 2 | 3 | 4;

/** The range of ids: 9,100,000 … 9,199,999. */
const FIRST_ID = 9_100_000;

/** Rules over detectors: 9,1CC,P0L with the class CC, the phase P and the level L. */
export function classId(number: number, phase: 1 | 2, level: number): number {
  return FIRST_ID + number * 1_000 + phase * 100 + level;
}

/** Rules of a class on what its rule for bodies spares: 9,1CC,211. */
export function lenientId(number: number): number {
  return classId(number, 2, 11);
}

/** Rules on the protocol, on scanners, on files in parameters and on the decision: 9,18x,xxx and 9,19x,xxx. */
export const PROTOCOL_ID = FIRST_ID + 80_000;
export const SCANNER_ID = FIRST_ID + 85_000;
export const INCLUSION_ID = FIRST_ID + 86_000;
export const DECISION_ID = FIRST_ID + 90_000;

/** What a match adds to the score, as users of the Core Rule Set know it. */
export const SCORES: Partial<Record<Severity, number>> = { critical: 5, error: 4, warning: 3, notice: 2 };

/** The score from which on a request is refused, where nobody sets another. */
export const THRESHOLD = 5;

export function tagsOf(level: Level, cwe: number, own: readonly string[]): string[] {
  return ["builtin", "application-multi", "language-multi", "platform-multi", ...own, `paranoia-level/${level}`, `cwe/${cwe}`];
}

/** Headers that only say how to answer. Detectors leave them out: their grammar looks like code, and has none of the bytes that code needs. */
export const ANSWER_HEADERS =
  "/^(?:Accept|Accept-Encoding|Accept-Language|Connection|Content-Length|Cache-Control|Pragma|Sec-Fetch-.*|Upgrade-Insecure-Requests)$/";
