import type { Evidence } from "./evidence.ts";
import { readFrom } from "./read.ts";
import { type Weighed, weighInPlace } from "./weigh.ts";

// A value that the application would have read as one operand, and SQL behind it: `1%) and 1=1`, `name] where 2=2 union select …`.

/** Longest operand before the joint, in bytes. */
const HEAD_BYTES_MAX = 40;
/** Said to the reader: an operand has just ended, behind no quote. */
const BEHIND_OPERAND = 1;
const SURE = 4;

const HEAD = new Uint8Array(256);
for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.%@[]*~-") HEAD[character.charCodeAt(0)] = 1;

export interface Joined {
  readonly weighed: Weighed;
  readonly seen: Evidence;
  readonly at: number;
}

/** What stands behind the first operand of a value; `undefined` where it is not surely SQL. Reads the head's bytes, then as any reading does. */
export function findJoint(value: string): Joined | undefined {
  let at = 0;
  while (at < HEAD_BYTES_MAX && HEAD[value.charCodeAt(at)] === 1) at++;
  const code = value.charCodeAt(at);
  if (code === 0x2f && value.charCodeAt(at + 1) !== 0x2a) return undefined;
  if (at === 0 || !(code === 0x29 || code === 0x3b || code === 0x20 || code === 0x2b || code === 0x2f)) return undefined;
  const seen = readFrom(value, at, BEHIND_OPERAND);
  const weighed = seen.tokens > 1 && isTelling(seen) ? weighInPlace(seen) : undefined;
  return weighed === undefined || weighed.weight < SURE ? undefined : { weighed, seen, at };
}

/** More than a clause: words of clauses are words of prose. */
function isTelling(seen: Evidence): boolean {
  const acts = seen.timeCalls + seen.dangerCalls + seen.catalogues + seen.sureStatements + seen.union + seen.casts;
  return seen.tautology + acts > 0 || (seen.subselect > 0 && seen.numbers > 0) || (seen.comparison > 0 && seen.clause > 0);
}
