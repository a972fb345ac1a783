import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { behindEquals, findEmbedded, findInside, INSIDE_WORDS } from "./embedded.ts";
import type { Evidence } from "./evidence.ts";
import { weighGlued } from "./glued.ts";
import { findJoint } from "./joint.ts";
import { findProbe } from "./probe.ts";
import { readPaid, type Spend } from "./read.ts";
import { holdsNothing, withBlanks, withoutComments, withPlainQuotes } from "./spelling.ts";
import { classes, DIGIT, LETTER } from "./token.ts";
import { weighUnknown } from "./unknown.ts";
import { type Weighed, weighBrokenName, weighBrokenOut, weighInPlace, weighOpened } from "./weigh.ts";
import { entryAt } from "./words.ts";

/** Quotes of one kind at which a value may break out of a literal: the first, and those that are no apostrophes or that an escape put off. */
const QUOTES_MAX = 3;
/** CWE-89: improper neutralization of special elements used in an SQL command. */
const CWE = 89;

const SLASH = 0x2f;
const STAR = 0x2a;
const BACKQUOTE = 0x60;
/** Bytes behind a word that may make it more than a word of prose: a call, a quoted name, a comment, a prefix of a text. */
const PROSE_ENDS = new Uint8Array(256);
for (const character of "(/'\"`_$0123456789[@\t\n\r\v\f") PROSE_ENDS[character.charCodeAt(0)] = 1;
const QUOTES = ["'", '"', "`"] as const;

/** What typography alone brings to light has to be this sure. */
const SURE = 4;
/** Findings below this weight are hints that only count with others. */
const WEIGHT_OF_DOUBT = 1;

const free: Spend = () => undefined;

/** SQL that changes the statement it is written into: what `detectSQLi` asks. Linear; single hints are left out. */
export function findSql(value: string, spend: Spend = free): Finding | undefined {
  const found = isWord(value) ? undefined : lookForSql(value, spend);
  return found === undefined || found.weight <= WEIGHT_OF_DOUBT ? undefined : found;
}

/** Asked in this order: what the first finds is what both find together, and only values with words of queries are shown to it. */
export const sqlDetectors: readonly Detector[] = [
  {
    name: "sql",
    sparesDocuments: true,
    needs: undefined,
    words: INSIDE_WORDS,
    find: (value, spend = free) => (findInside(value, spend) === undefined ? undefined : findAnywhere(value, spend)),
  },
  { name: "sql", sparesDocuments: true, needs: undefined, find: findWhole },
];

/** The value as a piece of a statement, or behind the name of a parameter. */
function findWhole(value: string, spend: Spend = free): Finding | undefined {
  if (isWord(value)) return undefined;
  const found = lookForSql(value, spend);
  return found !== undefined && found.weight >= SURE ? found : surer(behindEquals(value, spend), found);
}

/** Longest value that may be one word, in bytes. */
const WORD_BYTES_MAX = 64;

/** One number, or one name of letters, digits and underscores: half of all values are such, and no statement has so little. */
function isWord(value: string): boolean {
  if (value.length > WORD_BYTES_MAX) return false;
  const isNumber = classes[value.charCodeAt(0)] === DIGIT;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    const kind = classes[code] ?? 0;
    // Typographic quotes are made of bytes that are letters.
    if (kind !== DIGIT && (isNumber || kind !== LETTER || code === 0x24 || code > 0x7f)) return false;
  }
  return value.length > 0;
}

/** As `findSql`, with single hints, and with queries in the middle of a value. */
function findAnywhere(value: string, spend: Spend = free): Finding | undefined {
  const found = lookForSql(value, spend);
  return found !== undefined && found.weight >= SURE ? found : surer(findEmbedded(value, spend), found);
}

/** `/*!union` and its like: code in a comment that only MySQL runs. Dumps put statements that set something there. */
const VERSIONED =
  /\/\*!\d{0,6}\s?(?:union|select|or|and|from|where|order|group|having|sleep|benchmark|if|procedure|into|all|distinct|concat|version|like|limit)\b/i;

/** The value as it is, with other quotes made plain, with blanks that came as `+`, and with comments taken out, as careless filters do. */
function lookForSql(value: string, spend: Spend): Finding | undefined {
  const found = lookAt(value, spend);
  if (found?.weight === 5) return found;
  const probe = findProbe(value);
  if (probe !== undefined) return probe;
  const hasComment = value.includes("/*");
  if (hasComment && value.includes("/*!") && VERSIONED.test(value)) return finding("sql.comment", 4, CWE, value);
  const plain = withPlainQuotes(value);
  const other = plain === value ? undefined : lookAt(plain, spend);
  const joined = hasComment ? uncommented(value, spend) : mended(value, spend);
  const spaced = value.includes("+") && !value.includes(" ") ? lookAt(withBlanks(value), spend) : undefined;
  // A quotation with a dash behind it closes nothing: `„Nummer“ – vielen Dank`.
  const told = other?.kind === "sql.comment" ? undefined : onlySure(other);
  return surer(surer(surer(found, joined), told), onlySure(spaced));
}

/** Longest value whose doubled quotes are made single, in bytes. */
const DOUBLED_BYTES_MAX = 512;

/** `un<>ion`, `1.e(`: what a filter takes out, or MySQL reads past. */
function mended(value: string, spend: Spend): Finding | undefined {
  if (value.includes("<>") && /[a-z]<>[a-z]/i.test(value)) return onlySure(lookAt(value.replaceAll("<>", ""), spend));
  // Quotes that were doubled for another language, such as CSV.
  if (value.length <= DOUBLED_BYTES_MAX && value.includes('""')) return onlySure(lookAt(value.replace(/"{2,4}/g, '"'), spend));
  return holdsNothing(value) && /\s\d\.e[(),.\s]/i.test(value)
    ? onlySure(lookAt(value.replace(/\s\d\.e(?=[(),.\s])/gi, " "), spend))
    : undefined;
}

function onlySure(found: Finding | undefined): Finding | undefined {
  return found === undefined || found.weight < SURE ? undefined : found;
}

// Nobody writes a comment into a word: `uni/**/on`.
const PARTED = /[a-z]\/\*[^*]{0,16}\*\/[a-z]/i;

function uncommented(value: string, spend: Spend): Finding | undefined {
  const found = lookAt(withoutComments(value), spend);
  return found?.kind === "sql.union" && found.weight === 3 && PARTED.test(value) ? { ...found, weight: 4 } : found;
}

/** What a value would do inside a statement: tried as an operand, behind each kind of quote, and behind a comment. Gives the surest finding. */
function lookAt(value: string, spend: Spend): Finding | undefined {
  let best: Weighed | undefined;
  let from = 0;
  let to = 0;
  const consider = (weighed: Weighed | undefined, start: number, seen: Evidence): void => {
    if (weighed === undefined || (best !== undefined && best.weight >= weighed.weight)) return;
    best = weighed;
    from = start;
    to = seen.endsAt;
  };
  const read = (from: number, quote: number): Evidence => readPaid(value, from, quote, spend);
  const inPlace = isProse(value) ? undefined : read(0, 0);
  if (inPlace !== undefined && (inPlace.tokens > 1 || inPlace.statements > 0 || inPlace.hasComment || inPlace.end === "comment"))
    consider(value.charCodeAt(0) === SLASH && value.charCodeAt(1) !== STAR ? weighPath(inPlace) : weighInPlace(inPlace), 0, inPlace);
  const joined = inPlace === undefined || inPlace.end !== "stop" || (best?.weight ?? 0) >= SURE ? undefined : findJoint(value);
  if (joined !== undefined) consider(joined.weighed, joined.at, joined.seen);
  for (const mark of QUOTES) {
    const quote = mark.charCodeAt(0);
    let at = value.indexOf(mark);
    for (let tries = 0; at >= 0 && tries < QUOTES_MAX && best?.weight !== 5; tries++) {
      if (isWordBehind(value, at + 1) || (quote === BACKQUOTE && isSpan(value, at))) {
        at = nextQuote(value, at, quote);
        continue;
      }
      const seen = read(at + 1, quote);
      if (seen.tokens > 0 || seen.end === "comment")
        consider(
          quote === BACKQUOTE ? weighBrokenName(seen) : (weighQuoted(value, at, seen) ?? sandwich(value, at, quote, seen)),
          at,
          seen,
        );
      at = nextQuote(value, at, quote);
    }
  }
  const comment = best?.weight === 5 ? -1 : value.indexOf("*/");
  if (comment >= 0 && value.lastIndexOf("/*", comment) < 0) {
    const seen = read(comment + 2, 0x2a);
    if (seen.tokens > 0) consider(weighBrokenOut(seen), comment, seen);
  }
  if (best === undefined) return undefined;
  return finding(best.kind, best.weight, CWE, value.slice(0, to), from);
}

/** `>=16 || ^14.17.0`: which versions of something will do. */
const RANGE = /^[<>=^~]{1,2}\s?\d[\d.xX*^~<>=|\s-]{0,100}$/;

/** One word alone, a scheme of an address, or two plain names in a row: no operand starts so. Cheap, for most values are like this. */
function isProse(value: string): boolean {
  const begin = value.charCodeAt(0);
  if (((begin >= 0x3c && begin <= 0x3e) || begin === 0x5e || begin === 0x7e) && RANGE.test(value)) return true;
  const first = nameEnd(value, 0);
  if (first === value.length || value.charCodeAt(first) === 0x3a) return first > 0;
  if (first === 0 || value.charCodeAt(first) !== 0x20) return false;
  const second = nameEnd(value, first + 1);
  if (second === first + 1 || PROSE_ENDS[value.charCodeAt(second)] === 1) return false;
  return isName(value, 0, first) && isName(value, first + 1, second);
}

/** A plain name follows the quote: no statement goes on so. */
function isWordBehind(value: string, at: number): boolean {
  let start = at;
  while (value.charCodeAt(start) === 0x20) start++;
  const end = nameEnd(value, start);
  let next = end;
  while (value.charCodeAt(next) === 0x20) next++;
  const isCall = value.charCodeAt(next) === 0x28 || value.charCodeAt(next) === 0x2f;
  return end > start && !isCall && PROSE_ENDS[value.charCodeAt(end)] !== 1 ? isName(value, start, end) : false;
}

function nameEnd(value: string, start: number): number {
  let at = start;
  while (at < value.length && isLetter(value.charCodeAt(at))) at++;
  return at;
}

function isName(value: string, start: number, end: number): boolean {
  return entryAt(value, start, end) === undefined;
}

/** A path is no operand: all that tells is a comment within a comment, which some servers read past. */
function weighPath(seen: Evidence): Weighed | undefined {
  return seen.odd ? { kind: "sql.comment", weight: 2 } : undefined;
}

function weighQuoted(value: string, at: number, seen: Evidence): Weighed | undefined {
  const before = value.charCodeAt(at - 1);
  const opens = at === 0 || before <= 0x20 || before === 0x28 || before === 0x3d || before === 0x2c || before === 0x5b || before === 0x3a;
  const weighed = opens ? weighOpened(seen) : weighBrokenOut(seen);
  // `Val-d'Or 60670`: an apostrophe within a word.
  const isInWord = isLetter(before) && isLetter(value.charCodeAt(at + 1)) && seen.end !== "open" && seen.end !== "comment";
  const isBehindValue = at <= VALUE_BYTES_MAX && VALUE.test(value.slice(0, at));
  if (isInWord && weighed !== undefined && weighed.weight < 3) return isBehindValue ? weighUnknown(value, at, seen) : undefined;
  if (weighed?.kind === "sql.comment" && (isSignature(value, at) || isEndOfTag(value, at))) return { kind: weighed.kind, weight: 2 };
  // `"LIKE" STAMP`: a word in quotes, and another one.
  if (/^["'][a-z]{2,8}["'] /i.test(value.slice(at, at + 12))) return weighed;
  if (!isBehindValue || (weighed?.weight ?? 0) >= SURE) return weighed;
  return (CONSTANT.test(value.slice(at)) ? weighGlued(seen) : undefined) ?? weighUnknown(value, at, seen) ?? weighed;
}

/** A sentence before the quote and words behind the dashes: `… the list' -- sent from my phone`. */
function isSignature(value: string, at: number): boolean {
  return (
    /\S \S+ \S+$/.test(value.slice(Math.max(0, at - SENTENCE_BYTES), at)) &&
    /^.\s{0,4}-- ?[a-z]+ [a-z]/i.test(value.slice(at, at + SENTENCE_BYTES))
  );
}

/** `">` and a back-quote: a tag in a span of code ends. */
function isEndOfTag(value: string, at: number): boolean {
  const next = value.charCodeAt(at + 1) === SLASH ? at + 2 : at + 1;
  return value.charCodeAt(next) === 0x3e && value.charCodeAt(next + 1) === BACKQUOTE;
}

const SENTENCE_BYTES = 64;
/** What a field holds before somebody breaks out of it: nothing, or one word. */
const VALUE = /^\s{0,2}[\w.@"'\\-]*$/;
/** `'yes' or 'no'` is prose; what is joined on has a number, or a sign. */
const CONSTANT = /[\d=<>+*|&^/-]/;
const VALUE_BYTES_MAX = 32;

/** A word of code in Markdown: the first back-quote follows a blank, and another closes it. */
function isSpan(value: string, at: number): boolean {
  // `` `=`1` ``: an operator closes what nothing opened.
  if (at === 0 && value.charCodeAt(1) === 0x3d) return false;
  return (at === 0 || value.charCodeAt(at - 1) <= 0x20 || value.charCodeAt(at - 1) === 0x28) && value.includes("`", at + 1);
}

/** Where else the literal may end: an apostrophe in a word, a doubled or an escaped quote need not be its end. */
function nextQuote(value: string, at: number, quote: number): number {
  const before = value.charCodeAt(at - 1);
  const behind = value.charCodeAt(at + 1);
  const isDoubled = behind === quote;
  const isEscaped = before === 0x5c;
  const isApostrophe = quote === 0x27 && isLetter(before) && isLetter(behind);
  if (!isDoubled && !isEscaped && !isApostrophe) return -1;
  return value.indexOf(String.fromCharCode(quote), at + (isDoubled ? 2 : 1));
}

function isLetter(code: number): boolean {
  return ((code | 32) >= 0x61 && (code | 32) <= 0x7a) || code >= 0x80;
}

/** `" | x | "`, `'+x+'`: an operator behind the quote that was closed, and one before the quote that will be. */
function sandwich(value: string, at: number, quote: number, seen: Evidence): Weighed | undefined {
  let end = value.length - 1;
  while (end > at && value.charCodeAt(end) <= 0x20) end--;
  if (end - at < 4 || value.charCodeAt(end) !== quote || (seen.arithmetic === 0 && seen.pipes === 0)) return undefined;
  end--;
  while (end > at && value.charCodeAt(end) <= 0x20) end--;
  let start = at + 1;
  while (start < end && value.charCodeAt(start) <= 0x20) start++;
  const isOperator = "+|&-*/".includes(value.charAt(start)) && value.charAt(end) === value.charAt(start);
  return isOperator ? { kind: "sql.concatenation", weight: 2 } : undefined;
}
