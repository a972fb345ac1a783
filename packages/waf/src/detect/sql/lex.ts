import { behindNothing, readNumber } from "./number.ts";
import { classes, DIGIT, LETTER, type Lexer, SPACE, settle, Token, WORD_BYTES_MAX } from "./token.ts";
import { entryAt, Word } from "./words.ts";

// One token at a time, on demand: prose stops the reader at its second word, so most of a benign value is never cut up.

/** Texts in dollar signs that are read in one value. */
const DOLLARS_MAX = 16;

const TEXT_PREFIXES = new Set(["n", "x", "b", "e", "u", "q", "nq", "_utf8", "_latin1", "_binary", "_utf8mb4", "_ucs2", "r"]);

/** `_latin7'x'`: a text in a character set of its own (MySQL). */
const CHARSET_PREFIX = /^_[a-z]{3,6}\d{0,4}(?:mb4)?$/;

const SINGLE = new Uint8Array(256);
for (const [code, kind] of [
  [0x28, Token.open],
  [0x29, Token.close],
  [0x2c, Token.comma],
  [0x3b, Token.semicolon],
  [0x7b, Token.brace],
  [0x7d, Token.braceEnd],
  // A bracketed name of Transact-SQL that the value closes.
  [0x5d, Token.close],
  [0x2b, Token.arithmetic],
  [0x25, Token.arithmetic],
  [0x5e, Token.arithmetic],
  [0x2a, Token.arithmetic],
  [0x2f, Token.arithmetic],
] as const)
  SINGLE[code] = kind;

/** Goes on to the next token. Every byte is read a bounded number of times. */
export function advance(lexer: Lexer): number {
  for (;;) {
    const kind = nextToken(lexer);
    if (kind !== Token.comment || lexer.at >= lexer.text.length || !lexer.hasStarted) {
      lexer.hasStarted = true;
      return kind;
    }
    // A line end closes what `--` and `#` opened, if anything stands behind it.
    const line = lexer.text.indexOf("\n", lexer.at);
    if (line < 0 || isBlank(lexer.text, line)) return kind;
    if (lexer.lineComment < 0) lexer.lineComment = lexer.start;
    lexer.at = line + 1;
  }
}

function isBlank(text: string, from: number): boolean {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at >= text.length;
}

function nextToken(lexer: Lexer): number {
  const { text } = lexer;
  let at = lexer.at;
  for (;;) {
    while (at < text.length && (classes[text.charCodeAt(at)] ?? 0) === SPACE) at++;
    if (at + 1 >= text.length) break;
    const next = text.charCodeAt(at + 1);
    const code = text.charCodeAt(at);
    if (code === 0x2f && next === 0x2a) {
      const behind = skipComment(lexer, at);
      if (behind < 0) return settle(lexer, Token.comment, at, text.length);
      at = behind;
    } else if (code === 0x2a && next === 0x2f && lexer.versioned > 0) {
      lexer.versioned--;
      at += 2;
    } else if (code === 0x31 || next === 0x2e) {
      const behind = behindNothing(text, at);
      if (behind === at) break;
      lexer.hasOddComment = true;
      at = behind;
    } else break;
  }
  if (at >= text.length) return settle(lexer, Token.end, at, at);
  return read(lexer, at);
}

/** A copy that can be moved without moving the original: two tokens of foresight are all that SQL asks for. */
export function peek(lexer: Lexer): Lexer {
  const copy = { ...lexer };
  advance(copy);
  return copy;
}

/** Is a parenthesis the next thing? */
export function isCall(lexer: Lexer): boolean {
  const { text } = lexer;
  let at = lexer.at;
  const code = text.charCodeAt(at);
  if (code === 0x28) return true;
  if (at < text.length && code !== 0x2f && classes[code] !== SPACE) return false;
  while (at < text.length && classes[text.charCodeAt(at)] === SPACE) at++;
  if (text.charCodeAt(at) === 0x28) return true;
  return text.charCodeAt(at) === 0x2f && text.charCodeAt(at + 1) === 0x2a && peek(lexer).kind === Token.open;
}

function read(lexer: Lexer, at: number): number {
  const { text } = lexer;
  const code = text.charCodeAt(at);
  const kindOfByte = classes[code] ?? 0;
  if (kindOfByte === LETTER) return readWord(lexer, at);
  if (kindOfByte === DIGIT) return readNumber(lexer, at);
  if (code === 0x27 || code === 0x22 || code === 0x60) return readString(lexer, at, at + 1, code);
  if (code === 0x2e) return classes[text.charCodeAt(at + 1)] === DIGIT ? readNumber(lexer, at) : settle(lexer, Token.dot, at, at + 1);
  if (code === 0x23) return readHash(lexer, at);
  if (code === 0x3f) return readQuestion(lexer, at);
  if (code === 0x2d) return readDash(lexer, at);
  if (code === 0x40) return readVariable(lexer, at);
  if (code === 0x5b) return readBracket(lexer, at);
  if (code === 0x5c && (text.charCodeAt(at + 1) | 32) === 0x6e) return settle(lexer, Token.number, at, at + 2);
  // `a ^@ 'b'` of PostgreSQL: does it begin so?
  if (code === 0x5e && text.charCodeAt(at + 1) === 0x40) return settle(lexer, Token.compare, at, at + 2);
  const single = SINGLE[code] ?? 0;
  if (single !== 0) return settle(lexer, single, at, at + 1);
  return readOperator(lexer, at, code);
}

function readOperator(lexer: Lexer, at: number, code: number): number {
  const { text } = lexer;
  const next = text.charCodeAt(at + 1);
  if (code === 0x7c) return next === code ? settle(lexer, Token.pipes, at, at + 2) : settle(lexer, Token.arithmetic, at, at + 1);
  if (code === 0x26) return next === code ? settle(lexer, Token.and, at, at + 2) : settle(lexer, Token.arithmetic, at, at + 1);
  if (code === 0x3a) {
    if (next === 0x3a) return settle(lexer, Token.cast, at, at + 2);
    if (next === 0x3d) return settle(lexer, Token.compare, at, at + 2);
    return settle(lexer, Token.bad, at, at + 1);
  }
  if (code === 0x3c || code === 0x3e) {
    if (next === code) return settle(lexer, Token.arithmetic, at, at + 2);
    if (code === 0x3c && next === 0x40) return settle(lexer, Token.compare, at, at + 2);
    let behind = at + 1;
    while (behind < at + 3 && (text.charCodeAt(behind) === 0x3d || text.charCodeAt(behind) === 0x3e)) behind++;
    return settle(lexer, Token.compare, at, behind);
  }
  if (code === 0x3d) return settle(lexer, Token.compare, at, next === 0x3d ? at + 2 : at + 1);
  if (code === 0x21 || code === 0x7e) {
    if (next === 0x3d || next === 0x7e || next === 0x3c || next === 0x3e || (code === 0x7e && next === 0x2a)) {
      // `!~*`, `!~~*`, `~~*` of PostgreSQL.
      let behind = at + 2;
      while (next === 0x7e && behind < at + 4 && (text.charCodeAt(behind) === 0x7e || text.charCodeAt(behind) === 0x2a)) behind++;
      return settle(lexer, Token.compare, at, behind);
    }
    return settle(lexer, Token.not, at, at + 1);
  }
  return settle(lexer, Token.bad, at, at + 1);
}

/** `#> '{a}'`, `#>> '{a}'`, `#- '{a}'` lead into JSON (PostgreSQL); everything else is a comment of MySQL. */
function readHash(lexer: Lexer, at: number): number {
  const path = /^#(?:>{1,2}|-)(?:\s|\/\*[^*]{0,40}\*\/){0,4}'\{/.test(lexer.text.slice(at, at + OPERATOR_BYTES)) ? 1 : 0;
  if (path === 0) return settle(lexer, Token.comment, at, at + 1);
  return settle(lexer, Token.arithmetic, at, lexer.text.charCodeAt(at + 2) === 0x3e ? at + 3 : at + 2);
}

/** `? 'a'`, `?| array[…]`, `?& array[…]` ask whether JSON has a key (PostgreSQL). */
function readQuestion(lexer: Lexer, at: number): number {
  const behind = /^\?[|&]?(?:\s|\/\*[^*]{0,40}\*\/){0,4}(?:'|array\s{0,4}\[)/i.test(lexer.text.slice(at, at + OPERATOR_BYTES));
  const next = lexer.text.charCodeAt(at + 1);
  return settle(lexer, behind ? Token.compare : Token.bad, at, next === 0x7c || next === 0x26 ? at + 2 : at + 1);
}

/** An operator, some blanks or comments, and the beginning of its operand. */
const OPERATOR_BYTES = 64;

/** MySQL asks for a blank behind `--`, the others do not; in front of an operand two minus signs are read, which all of them can. */
function readDash(lexer: Lexer, at: number): number {
  const { text } = lexer;
  const next = text.charCodeAt(at + 1);
  if (next === 0x3e) return settle(lexer, Token.arithmetic, at, text.charCodeAt(at + 2) === 0x3e ? at + 3 : at + 2);
  if (next !== 0x2d) return settle(lexer, Token.arithmetic, at, at + 1);
  const behind = text.charCodeAt(at + 2);
  const isOperand =
    classes[behind] === DIGIT || behind === 0x28 || behind === 0x40 || ((behind === 0x27 || behind === 0x22) && at + 3 < text.length);
  return isOperand ? settle(lexer, Token.arithmetic, at, at + 1) : settle(lexer, Token.comment, at, at + 2);
}

/** Returns where the comment ends, or -1 where it does not. */
function skipComment(lexer: Lexer, at: number): number {
  const { text } = lexer;
  lexer.hasComment = true;
  const mark = text.charCodeAt(at + 2);
  if (mark === 0x21 || (mark === 0x4d && text.charCodeAt(at + 3) === 0x21)) {
    lexer.hasOddComment = true;
    lexer.versioned++;
    let behind = at + (mark === 0x21 ? 3 : 4);
    for (let digits = 0; digits < 6 && classes[text.charCodeAt(behind)] === DIGIT; digits++) behind++;
    return behind;
  }
  const close = text.indexOf("*/", at + 2);
  if (close < 0) return -1;
  const nested = text.indexOf("/*", at + 2);
  if (nested >= 0 && nested < close) {
    lexer.hasOddComment = true;
    // PostgreSQL nests comments, the others do not: where both closers stand, go behind the last.
    const again = text.indexOf("*/", close + 2);
    const word = text.slice(close + 2, again < 0 ? close + 2 : again);
    if (again >= 0 && word.trim() === "") return again + 2;
  }
  return close + 2;
}

function readWord(lexer: Lexer, start: number): number {
  const { text } = lexer;
  let at = start + 1;
  const dollar = text.charCodeAt(start) === 0x24 ? text.indexOf("$", start + 1) : -1;
  const limit = dollar > 0 && dollar - start <= WORD_BYTES_MAX ? dollar : text.length;
  while (at < limit && ((classes[text.charCodeAt(at)] ?? 0) & (LETTER | DIGIT)) !== 0) at++;
  if (at === dollar && limit === dollar) {
    // `$$…$$`, `$tag$…$tag$`: the text may follow without a blank.
    const close = lexer.dollars++ < DOLLARS_MAX ? text.indexOf(text.slice(start, dollar + 1), dollar + 1) : -1;
    if (close >= 0) return settle(lexer, Token.string, start, close + dollar + 1 - start);
    while (at < text.length && ((classes[text.charCodeAt(at)] ?? 0) & (LETTER | DIGIT)) !== 0) at++;
  }
  const entry = entryAt(text, start, at);
  const word = entry?.word ?? (at - start > WORD_BYTES_MAX ? "" : text.slice(start, at).toLowerCase());
  const next = text.charCodeAt(at);
  if ((next === 0x27 || next === 0x22) && (TEXT_PREFIXES.has(word) || CHARSET_PREFIX.test(word)))
    return readString(lexer, start, at + 1, next);
  lexer.word = word;
  lexer.meaning = entry?.meaning ?? Word.name;
  return settle(lexer, Token.word, start, at);
}

function readString(lexer: Lexer, start: number, from: number, quote: number): number {
  const { text } = lexer;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5c && quote !== 0x60) at++;
    else if (code === quote) {
      if (text.charCodeAt(at + 1) !== quote || at + 1 >= text.length) return settleString(lexer, quote, start, at + 1);
      at++;
    }
  }
  return settle(lexer, quote === 0x60 && from >= text.length ? Token.comment : Token.openString, start, text.length);
}

function settleString(lexer: Lexer, quote: number, start: number, at: number): number {
  if (quote !== 0x60) return settle(lexer, Token.string, start, at);
  lexer.word = at - start > WORD_BYTES_MAX ? "" : lexer.text.slice(start + 1, at - 1).toLowerCase();
  lexer.meaning = Word.name;
  return settle(lexer, Token.word, start, at);
}

function readVariable(lexer: Lexer, start: number): number {
  const { text } = lexer;
  let at = start + 1;
  // `@>`, `@? '$.a'`, `@@ '$.a'` ask about JSON.
  const mark = text.charCodeAt(at);
  if (mark === 0x3e) return settle(lexer, Token.compare, start, at + 1);
  if ((mark === 0x3f || mark === 0x40) && /^(?:\s|\/\*[^*]{0,40}\*\/){0,4}'\$/.test(text.slice(at + 1, at + OPERATOR_BYTES)))
    return settle(lexer, Token.compare, start, at + 1);
  // `@`x``, `@'x'`: a variable's name may be quoted.
  if (mark === 0x60 || mark === 0x27 || mark === 0x22) {
    const close = text.indexOf(text.charAt(at), at + 1);
    if (close > 0 && close - at <= WORD_BYTES_MAX) return settle(lexer, Token.variable, start, close + 1);
  }
  if (text.charCodeAt(at) === 0x40) at++;
  while (((classes[text.charCodeAt(at)] ?? 0) & (LETTER | DIGIT)) !== 0) at++;
  lexer.word = at - start > WORD_BYTES_MAX ? "" : text.slice(start, at).toLowerCase();
  return settle(lexer, Token.variable, start, at);
}

function readBracket(lexer: Lexer, start: number): number {
  const { text } = lexer;
  const limit = Math.min(text.length, start + WORD_BYTES_MAX);
  for (let at = start + 1; at < limit; at++) {
    if (text.charCodeAt(at) === 0x5d) {
      lexer.word = text.slice(start + 1, at).toLowerCase();
      lexer.meaning = Word.name;
      return settle(lexer, Token.word, start, at + 1);
    }
  }
  return settle(lexer, Token.bad, start, start + 1);
}
