import { readJsonString } from "./json-token.ts";

export type Token =
  | { readonly kind: "string" | "number" | "name"; readonly text: string }
  | { readonly kind: "open" | "close" | "colon" | "other"; readonly text: string }
  | { readonly kind: "end" | "broken" };

const QUOTE = 0x22;
const HASH = 0x23;

/** The kind of each character that is a token of its own. */
const PUNCTUATORS: ReadonlyMap<string, Token> = new Map([
  ...rows("({[", "open"),
  ...rows(")}]", "close"),
  ...rows("!$&.=@|", "other"),
  ...rows(":", "colon"),
]);

function rows(characters: string, kind: "open" | "close" | "colon" | "other"): [string, Token][] {
  return [...characters].map((text) => [text, { kind, text }]);
}

/** Gives the tokens of a GraphQL document one by one, comments and commas left out. Behind `end` and `broken` nothing follows. */
export function createLexer(text: string): () => Token {
  let position = 0;

  return () => {
    position = skipIgnored(text, position);
    if (position >= text.length) return { kind: "end" };
    const read = readToken(text, position);
    if (read === undefined) {
      position = text.length;
      return { kind: "broken" };
    }
    position = read.next;
    return read.token;
  };
}

function readToken(text: string, start: number): { token: Token; next: number } | undefined {
  const punctuator = PUNCTUATORS.get(text[start] ?? "");
  if (punctuator !== undefined) return { token: punctuator, next: start + 1 };
  if (text.startsWith('"""', start)) return readBlockString(text, start + 3);
  if (text.charCodeAt(start) === QUOTE) {
    const read = readJsonString(text, start);
    return read === undefined ? undefined : { token: { kind: "string", text: read.value }, next: read.next };
  }
  const end = endOfWord(text, start);
  if (end === start) return undefined;
  const word = text.slice(start, end);
  return { token: { kind: /^[A-Za-z_]/.test(word) ? "name" : "number", text: word }, next: end };
}

/** Section 2.9.4: raw, with `\"""` for three quotes. The indentation, which is taken off for the application, stays: it is blank. */
function readBlockString(text: string, start: number): { token: Token; next: number } | undefined {
  let from = start;
  for (;;) {
    const end = text.indexOf('"""', from);
    if (end === -1) return undefined;
    if (text[end - 1] === "\\" && end > start) {
      from = end + 3;
      continue;
    }
    return { token: { kind: "string", text: text.slice(start, end).replaceAll('\\"""', '"""') }, next: end + 3 };
  }
}

/** Names and numbers: letters, digits, `_`, and in numbers `+`, `-` and `.` as well. */
function endOfWord(text: string, start: number): number {
  const isName = /[A-Za-z_]/.test(text[start] ?? "");
  let index = start;
  while (index < text.length && isWordCode(text.charCodeAt(index), isName)) index++;
  return index;
}

function isWordCode(code: number, isName: boolean): boolean {
  if ((code >= 0x30 && code <= 0x39) || code === 0x5f) return true;
  const letter = code | 0x20;
  if (letter >= 0x61 && letter <= 0x7a) return true;
  return !isName && (code === 0x2b || code === 0x2d || code === 0x2e);
}

/** Section 2.1: white space, line ends, commas, comments and a byte order mark. */
function skipIgnored(text: string, start: number): number {
  let index = start;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === HASH) index = endOfLine(text, index) - 1;
    else if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d && code !== 0x2c && !isMark(text, index)) break;
  }
  return index;
}

function endOfLine(text: string, start: number): number {
  let index = start;
  while (index < text.length && text.charCodeAt(index) !== 0x0a && text.charCodeAt(index) !== 0x0d) index++;
  return index;
}

/** One of the three bytes of a UTF-8 byte order mark at the start of the document. */
function isMark(text: string, index: number): boolean {
  return index < 3 && text.startsWith("\xef\xbb\xbf");
}
