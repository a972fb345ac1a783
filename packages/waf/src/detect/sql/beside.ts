import { advance } from "./lex.ts";
import type { Reader } from "./reader.ts";
import { type Lexer, Token } from "./token.ts";

// What stands right beside an operand: a window, another text, a number in parentheses.

/** Tokens of a window that are read past. */
const WINDOW_TOKENS_MAX = 24;

export function pastWindow({ lexer }: Reader): boolean {
  let depth = 0;
  for (let tokens = 0; tokens < WINDOW_TOKENS_MAX; tokens++) {
    const kind = advance(lexer);
    if (kind === Token.open) depth++;
    else if (kind === Token.close && --depth === 0) return true;
    else if (kind === Token.end || kind === Token.comment) return false;
  }
  return false;
}

/** MySQL takes `1.e(1)` for `1 (1)`, and reads on. */
export function isScientific(lexer: Lexer): boolean {
  return (lexer.text.charCodeAt(lexer.start - 1) | 32) === 0x65 && lexer.text.charCodeAt(lexer.start - 2) === 0x2e;
}

/** Two strings in a row are one (standard SQL); behind a name it is an alias or an argument of a statement. */
export function adjacent(reader: Reader): boolean {
  reader.seen.strings++;
  reader.constants++;
  return reader.quote !== 0 || reader.seen.statements > 0 || reader.mayAlias || reader.seen.strings > 1;
}

export function adjacentOpen(reader: Reader): boolean {
  const { lexer, seen, quote } = reader;
  const own = lexer.text.charCodeAt(lexer.start);
  const isOwn = own === quote && (seen.tokens === 1 || seen.timeCalls > 0 || seen.statements > 0);
  seen.end = isOwn || (seen.statements > 0 && quote === 0) ? "open" : "stop";
  if (own === 0x60 && lexer.at - lexer.start === 1) seen.end = "comment";
  return false;
}
