import type { Finding } from "./contract.ts";

// Is a text a row of letters, digits and signs without any order, as generators of passwords make them?

const BYTES_MIN = 8;
const BYTES_MAX = 72;
/** Different signs, and changes from one kind of character to another among a hundred. */
const SIGNS_MIN = 3;
const CHANGES_PER_CENT_MIN = 50;

/** Blanks and words: somebody has written it. */
const WRITTEN = /\s|[a-z]{5}|[A-Z]{5}|[A-Z][a-z]{4}|[^\x21-\x7e]/;
/** A name before a quote: what follows may be meant for its owner. */
const NAME = /^\w[\w.+-]{1,63}(?:@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})?["'`]/;

/**
 * Kinds of findings that two signs make, which stand side by side in one of two hundred such passwords. They are no more than hints there; what
 * makes a condition, a call or a command of its own tells in them as in other texts.
 */
const LIKELY: ReadonlySet<string> = new Set(["sql.comment"]);

/** A quote, and the mark of a comment that has no end of its own. */
const PAIR = /^["'`][^\w\s/]{0,3}(?:#|--|`$)/;

/** Could chance have made what was found? Bounded. */
export function isChance({ kind, excerpt }: Finding, text: string): boolean {
  if (!LIKELY.has(kind) || text.length < BYTES_MIN || text.length > BYTES_MAX || !PAIR.test(excerpt)) return false;
  return !WRITTEN.test(text) && !NAME.test(text) && isMixed(text);
}

function isMixed(text: string): boolean {
  const signs = new Set<number>();
  const kinds = new Uint8Array(SIGN + 1);
  let changes = 0;
  let last = -1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = kindOf(code);
    if (kind === SIGN) signs.add(code);
    kinds[kind] = 1;
    if (kind !== last) changes++;
    last = kind;
  }
  return signs.size >= SIGNS_MIN && kinds[CAPITAL] === 1 && kinds[SMALL] === 1 && changes * 100 >= text.length * CHANGES_PER_CENT_MIN;
}

const DIGIT = 0;
const CAPITAL = 1;
const SMALL = 2;
const SIGN = 3;

function kindOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return DIGIT;
  if (code >= 0x41 && code <= 0x5a) return CAPITAL;
  return code >= 0x61 && code <= 0x7a ? SMALL : SIGN;
}
