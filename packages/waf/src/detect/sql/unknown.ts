import type { Evidence } from "./evidence.ts";
import type { Weighed } from "./weigh.ts";

// A quote behind one word or none, and behind it a condition over columns that nobody here knows: `' or UserId <> 2`, `1'*null is null-'`.
// In prose a quote there is an apostrophe, and what follows it does not parse to its end.

/** Longest piece behind the quote that is looked at, in bytes, and tokens of it. */
const PIECE_BYTES_MAX = 160;
const TOKENS_MAX = 20;
/** What a closing quote of the application is likely to find of an open string, in bytes. */
const OPEN_BYTES_MAX = 12;

/** `or`, `and`, `xor`, `||`, `&&` first of all. */
const JOINS = /^(?:[\s)]|\/\*[^*]{0,16}\*\/){0,6}(?:(?:or|and|xor)(?=[\s(!~+@"'`[/.0-9-])|\|\||&&)/i;
/** An operator first of all. */
const CALCULATES =
  /^(?:[\s)]|\/\*[^*]{0,16}\*\/){0,6}(?:[*/^%|&+<>=!-]|(?:mod|div|between|r?like|regexp|glob|is|sounds|not|in|notnull|isnull)[\s'"(])/i;
/** Words and signs by which two things are compared. */
const COMPARES = /\bis\s{1,4}(?:not\s{1,4})?(?:null|true|false|unknown)\b|\b(?:r?like|regexp|between)\b|[<>=]/i;
const WORDED = /\bis\s{1,4}(?:not\s{1,4})?(?:null|true|false|unknown)\b|\b(?:rlike|regexp|between)\b/i;
/** A comparison with one of the words of SQL, or with a sign. */
const SIGNS =
  /[<>=^&|*~]|\b(?:is\s{1,4}not|r?like|regexp|between|xor|mod|div)\b|\bis\s{1,4}null\b|\b(?:not\s{1,4}null|notnull|isnull)\b|\bin\s?\(/i;
/** `-0-'`, `^ 1 ^ '`: joined to what stands before and behind. */
const GLUE = /^\s?([-+*/^%|&])\s?\(?\d{1,9}\)?\s?\1\s?["']$/;

/** Longest comment that only cuts off what the application has put behind, in bytes. */
const MARK_BYTES_MAX = 4;
/** The application's quote alone is left to close. */
const CUT_BYTES_MAX = 1;
const ENDS = /;\s{0,4}$/;
/** What a statement of mathematics or of a program does not say behind a prime. */
const ASKS = /<>|!=|\b(?:is|in|r?like|glob|regexp|between|not|notnull)\b/i;

/** With the text behind the quote, and what was read of it. */
export function weighUnknown(value: string, at: number, seen: Evidence): Weighed | undefined {
  if (seen.end === "stop" || seen.end === "half" || seen.tokens < 2 || seen.tokens > TOKENS_MAX) return undefined;
  if (value.length - at > PIECE_BYTES_MAX) return undefined;
  const piece = value.slice(at + 1);
  const isOpen = seen.end === "open" && seen.openBytes <= OPEN_BYTES_MAX;
  const isCut = seen.end === "comment" && seen.isBareComment && seen.commentBytes <= MARK_BYTES_MAX;
  const isOver = isCut || (seen.end === "end" && ENDS.test(piece)) || (seen.end === "open" && seen.openBytes <= CUT_BYTES_MAX);
  if (JOINS.test(piece)) {
    // `Men' or women;`
    const isProse =
      seen.end === "end" &&
      piece.charCodeAt(0) === 0x20 &&
      at > 0 &&
      !seen.hasComment &&
      seen.marks + seen.groups + seen.numbers + seen.truths === 0;
    if (isOver && !isProse && seen.columnCondition + seen.constantCondition + seen.callCondition > 0)
      return { kind: "sql.boolean", weight: 4 };
    const isSure = seen.tokens > 2 && (seen.condition > 0 || seen.signs > 0 || seen.arithmetic > 0);
    return isSure && SIGNS.test(piece) ? { kind: "sql.boolean", weight: 4 } : undefined;
  }
  if (seen.tokens < 3) return undefined;
  if (isOpen && GLUE.test(piece)) return { kind: "sql.concatenation", weight: 4 };
  if (!CALCULATES.test(piece)) return undefined;
  if (isCut && seen.compares + seen.groups + seen.marks > 0) return { kind: "sql.comparison", weight: 4 };
  if (isOver && seen.end === "end" && (ASKS.test(piece) || (seen.groups > 0 && seen.compares > 1)))
    return { kind: "sql.comparison", weight: 4 };
  // `a' > b'`: primes of mathematics.
  const compares = seen.openBytes === 1 ? WORDED : COMPARES;
  return isOpen && (compares.test(piece) || (seen.groups > 0 && seen.compares > 0)) ? { kind: "sql.comparison", weight: 4 } : undefined;
}
