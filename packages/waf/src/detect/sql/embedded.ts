import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";
import { readPaid, type Spend } from "./read.ts";
import { weighEmbedded, weighInPlace } from "./weigh.ts";

/** Places of one value that are read on from. */
const PLACES_MAX = 16;
/** Bytes of an address before the first parameter's value. */
const NAME_BYTES_MAX = 200;
const SURE = 4;
const BREAKS = /[\s('"+]|\/\*/;
/** CWE-89. */
const CWE = 89;

/** One of these stands in every value in which `findInside` finds something. */
export const INSIDE_WORDS: readonly string[] = ["union", "waitfor", "sleep", "benchmark", "(select"];

/** A query in the middle of a longer value such as an address or a User-Agent, or behind the name of its parameter. */
export function findEmbedded(value: string, spend: Spend): Finding | undefined {
  return findQuery(value, spend) ?? findSubquery(value, spend) ?? behindEquals(value, spend) ?? waitIn(value);
}

/** Those of them that hold a word of `INSIDE_WORDS`. */
export function findInside(value: string, spend: Spend): Finding | undefined {
  return findQuery(value, spend) ?? findSubquery(value, spend) ?? waitIn(value);
}

/** `name, (select … elt(…))`: a query in parentheses that waits, or calls what only intruders call. */
function findSubquery(value: string, spend: Spend): Finding | undefined {
  let at = value.indexOf("(");
  for (let places = 0; at >= 0 && places < PLACES_MAX; ) {
    let next = at + 1;
    if ((value.charCodeAt(next) | 32) === 0x73 && value.slice(next, at + 7).toLowerCase() === "select") {
      places++;
      const seen = readPaid(value, at, 0, spend);
      if (seen.subselect > 0 && seen.timeCalls + seen.dangerCalls > 0) return finding("sql.subquery", SURE, CWE, value, at);
      // Those within it have been read with it.
      next = Math.max(next, seen.endsAt);
    }
    at = value.indexOf("(", next);
  }
  return undefined;
}

/** `union select` with columns, or `waitfor delay`. One pass over the bytes. */
function findQuery(value: string, spend: Spend): Finding | undefined {
  let places = 0;
  for (let at = 1; at < value.length - 6 && places < PLACES_MAX; at++) {
    const code = value.charCodeAt(at) | 32;
    if (code !== 0x75 && code !== 0x77) continue;
    const next = value.charCodeAt(at + 1) | 32;
    if ((code === 0x75 ? next !== 0x6e : next !== 0x61) || isLetter(value.charCodeAt(at - 1))) continue;
    const word = value.slice(at, at + 7).toLowerCase();
    if (word !== "waitfor" && !word.startsWith("union")) continue;
    places++;
    const seen = readPaid(value, at, 0, spend);
    const weighed = weighEmbedded(seen);
    if (weighed !== undefined) return finding(weighed.kind, weighed.weight, CWE, value.slice(0, seen.endsAt), at);
  }
  return undefined;
}

const WAIT = /\b(?:and|or|xor)\s{1,4}(?:\d{1,9}\s?[=<>]\s?)?(?:pg_)?(?:sleep|benchmark)\s?\(\s?\d{1,9}\s?[,)]/i;

/** `… and sleep(5)`, `… or 0=benchmark(3000000,…`: a condition that waits. */
function waitIn(value: string): Finding | undefined {
  if (!value.includes("(")) return undefined;
  const at = value.search(WAIT);
  return at < 0 ? undefined : finding("sql.time", 4, CWE, value, at);
}

/** `id=1 and 1=1`: a whole parameter, or an address, as a value. Only what leaves no doubt: filters are written the same way. */
export function behindEquals(value: string, spend: Spend): Finding | undefined {
  const equals = value.indexOf("=");
  if (equals < 1 || equals > NAME_BYTES_MAX || !/^[\w.:/?&-]+$/.test(value.slice(0, equals))) return undefined;
  // A value without blanks, calls or quotes is an address like any other.
  if (!BREAKS.test(value)) return undefined;
  const seen = readPaid(value, equals + 1, 0, spend);
  const weighed = seen.numbers + seen.strings > 0 ? weighInPlace(seen) : undefined;
  return weighed === undefined || weighed.weight < SURE ? undefined : finding(weighed.kind, SURE, CWE, value.slice(0, seen.endsAt), equals);
}

function isLetter(code: number): boolean {
  return (code | 32) >= 0x61 && (code | 32) <= 0x7a;
}
