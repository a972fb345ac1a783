import { Word } from "./words.ts";

export const Token = {
  end: 0,
  number: 1,
  string: 2,
  /** A string or a quoted name that the value leaves open: whatever stands behind the value closes it. */
  openString: 3,
  word: 4,
  variable: 5,
  compare: 6,
  arithmetic: 7,
  pipes: 8,
  and: 9,
  not: 10,
  open: 11,
  close: 12,
  comma: 13,
  semicolon: 14,
  dot: 15,
  brace: 16,
  braceEnd: 17,
  /** A comment that swallows the rest of the statement. */
  comment: 18,
  cast: 19,
  bad: 20,
} as const;

export interface Lexer {
  readonly text: string;
  /** Where the next token is looked for. */
  at: number;
  kind: number;
  start: number;
  /** Lower case; of words and variables only. */
  word: string;
  meaning: number;
  /** Depth of MySQL's versioned comments, which open with `/*!50000` and whose content is code. */
  versioned: number;
  /** A comment stood between tokens. */
  hasComment: boolean;
  /** A versioned or a nested comment: written by machines alone. */
  hasOddComment: boolean;
  isHex: boolean;
  /** A token has been read: a comment before it is a heading or a line of a program. */
  hasStarted: boolean;
  /** Where the first comment stood that a line end closed; -1 where none did. */
  lineComment: number;
  /** Texts in dollar signs that were looked for: each search may read to the end. */
  dollars: number;
}

export const SPACE = 1;
export const LETTER = 2;
export const DIGIT = 4;
/** What a byte is to a reader of SQL. */
export const classes = new Uint8Array(256);
for (let code = 0; code <= 0x20; code++) classes[code] = SPACE;
classes[0xa0] = SPACE;
for (let code = 0x30; code <= 0x39; code++) classes[code] = DIGIT;
for (let code = 0x41; code <= 0x5a; code++) classes[code] = classes[code + 32] = LETTER;
for (let code = 0x80; code <= 0xff; code++) if (code !== 0xa0) classes[code] = LETTER;
classes[0x5f] = classes[0x24] = LETTER;

/** Names and numbers longer than this are none that mean something. */
export const WORD_BYTES_MAX = 64;

export function createLexer(text: string, at: number): Lexer {
  return { text, at, kind: Token.end, start: at, word: "", meaning: Word.name, versioned: 0, hasComment: false, hasOddComment: false, isHex: false, hasStarted: false, lineComment: -1, dollars: 0 }; // biome-ignore format: one line
}

/** Ends a token: what it is, and where it starts and ends. */
export function settle(lexer: Lexer, kind: number, start: number, at: number): number {
  lexer.kind = kind;
  lexer.start = start;
  lexer.at = at;
  return kind;
}
