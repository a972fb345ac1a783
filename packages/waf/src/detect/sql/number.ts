import { classes, DIGIT, LETTER, type Lexer, settle, Token, WORD_BYTES_MAX } from "./token.ts";
import { entryAt, Word } from "./words.ts";

// Numbers, and what looks like one.

export function readNumber(lexer: Lexer, start: number): number {
  const { text } = lexer;
  let at = start;
  const second = text.charCodeAt(start + 1) | 32;
  lexer.isHex = text.charCodeAt(start) === 0x30 && (second === 0x78 || second === 0x62);
  if (lexer.isHex) {
    at += 2;
    while (isHexDigit(text.charCodeAt(at))) at++;
  } else {
    while (classes[text.charCodeAt(at)] === DIGIT) at++;
    if (text.charCodeAt(at) === 0x2e) at++;
    while (classes[text.charCodeAt(at)] === DIGIT) at++;
    at = behindExponent(text, at);
  }
  if (((classes[text.charCodeAt(at)] ?? 0) & (LETTER | DIGIT)) === 0) return settle(lexer, Token.number, start, at);
  // `1union`: several servers part the number from a keyword that touches it; `1st` is a name at best.
  let behind = at;
  while (behind - at <= WORD_BYTES_MAX && classes[text.charCodeAt(behind)] === LETTER) behind++;
  if (entryAt(text, at, behind) !== undefined) return settle(lexer, Token.number, start, at);
  while (((classes[text.charCodeAt(behind)] ?? 0) & (LETTER | DIGIT)) !== 0) behind++;
  lexer.word = "";
  lexer.meaning = Word.name;
  return settle(lexer, Token.word, start, behind);
}

/** MySQL reads `1.e` as nothing where a name, a parenthesis or a comma follows: a blank that no list of blanks has. */
export function behindNothing(text: string, start: number): number {
  let at = start;
  while (at - start < 8 && classes[text.charCodeAt(at)] === DIGIT) at++;
  if (at === start || text.charCodeAt(at) !== 0x2e || (text.charCodeAt(at + 1) | 32) !== 0x65) return start;
  const next = text.charCodeAt(at + 2);
  return next === 0x28 || next === 0x29 || next === 0x2c || next === 0x2e || next === 0x20 ? at + 2 : start;
}

/** `1e5`, and MySQL's `1.e`, which is a number although no exponent follows. */
function behindExponent(text: string, at: number): number {
  if ((text.charCodeAt(at) | 32) !== 0x65) return at;
  let behind = at + 1;
  const sign = text.charCodeAt(behind);
  if ((sign === 0x2b || sign === 0x2d) && classes[text.charCodeAt(behind + 1)] === DIGIT) behind++;
  if (classes[text.charCodeAt(behind)] === DIGIT) {
    while (classes[text.charCodeAt(behind)] === DIGIT) behind++;
    return behind;
  }
  return text.charCodeAt(at - 1) === 0x2e && classes[text.charCodeAt(at + 1)] !== LETTER ? at + 1 : at;
}

function isHexDigit(code: number): boolean {
  return classes[code] === DIGIT || ((code | 32) >= 0x61 && (code | 32) <= 0x66);
}
