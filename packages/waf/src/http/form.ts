import { decodePercent, invalidPercentAt } from "../text/index.ts";
import type { Form, Pair } from "./contract.ts";

const BRACKET = 0x5d;

export interface FormRules {
  /** Each of its characters parts arguments (SecArgumentSeparator). */
  readonly separator: string;
  readonly argumentsMax: number;
}

/**
 * Reads `a=1&b=2` as ModSecurity and URLSearchParams do: empty arguments are left out, an argument without `=` is a name, `+` is a blank,
 * an escape that is none stays and is reported. Linear; beyond `argumentsMax` the rest becomes one nameless value, so that nothing is hidden.
 *
 * Where a common parser of Node's reads an argument otherwise, both readings are given: `a]=b` style names of `qs`.
 */
export function readForm(text: string, rules: FormRules): Form {
  const pairs: Pair[] = [];
  const hasInvalidEscape = invalidPercentAt(text) !== -1;
  let start = 0;
  while (start < text.length) {
    const end = nextSeparator(text, start, rules.separator);
    if (end > start) {
      if (pairs.length >= rules.argumentsMax) {
        pairs.push(["", decodePercent(text.slice(start), "space")]);
        return { pairs, hasInvalidEscape, isCut: true };
      }
      pushArgument(pairs, text.slice(start, end));
    }
    start = end + 1;
  }
  return { pairs, hasInvalidEscape, isCut: false };
}

function pushArgument(pairs: Pair[], text: string): void {
  const equals = text.indexOf("=");
  if (equals === -1) {
    pairs.push([decodePercent(text, "space"), ""]);
    return;
  }
  pairs.push(partAt(text, equals));
  // `qs`, which Express uses, parts name and value at the first `]=` where there is one, not at the first `=`.
  const bracket = text.indexOf("]=", equals);
  if (bracket !== -1 && text.charCodeAt(equals - 1) !== BRACKET) pairs.push(partAt(text, bracket + 1));
}

function partAt(text: string, equals: number): Pair {
  return [decodePercent(text.slice(0, equals), "space"), decodePercent(text.slice(equals + 1), "space")];
}

/** One search for each separator would read on to the end again and again where one of them is rare. */
function nextSeparator(text: string, start: number, separator: string): number {
  if (separator.length === 1) {
    const found = text.indexOf(separator, start);
    return found === -1 ? text.length : found;
  }
  let end = start;
  while (end < text.length && !separator.includes(text.charAt(end))) end++;
  return end;
}
