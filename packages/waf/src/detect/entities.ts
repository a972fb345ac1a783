// Character references of HTML (HTML Living Standard §13.5): numeric ones, and the named ones that stand for ASCII.

const NAMED: ReadonlyMap<string, number> = new Map([
  ["tab", 9], ["newline", 10], ["excl", 33], ["quot", 34], ["num", 35], ["dollar", 36], ["percnt", 37], ["amp", 38], ["apos", 39],
  ["lpar", 40], ["rpar", 41], ["ast", 42], ["midast", 42], ["plus", 43], ["comma", 44], ["period", 46], ["sol", 47], ["colon", 58],
  ["semi", 59], ["lt", 60], ["equals", 61], ["gt", 62], ["quest", 63], ["commat", 64], ["lsqb", 91], ["lbrack", 91], ["bsol", 92],
  ["rsqb", 93], ["rbrack", 93], ["hat", 94], ["lowbar", 95], ["underbar", 95], ["grave", 96], ["diacriticalgrave", 96], ["lcub", 123],
  ["lbrace", 123], ["verbar", 124], ["vert", 124], ["verticalline", 124], ["rcub", 125], ["rbrace", 125], ["nbsp", 32],
  ["nonbreakingspace", 32], ["zerowidthspace", 32], ["shy", 0],
]); // biome-ignore format: one table

/** References that HTML reads without their semicolon. */
const WITHOUT_SEMICOLON: ReadonlySet<string> = new Set(["lt", "gt", "amp", "quot", "nbsp", "shy"]);

const NAME_BYTES_MAX = 20;
/** Leading zeros are legal and endless; that many digits are read. */
const DIGITS_MAX = 64;

/** Character references become bytes; characters beyond one byte become `?`. Gives back the very same string where there are none. */
export function decodeEntities(value: string): string {
  let at = value.indexOf("&");
  if (at < 0) return value;
  let out = "";
  let copied = 0;
  while (at >= 0 && at < value.length - 1) {
    const read = readReference(value, at);
    if (read !== undefined) {
      out += value.slice(copied, at) + (read.code === 0 ? "" : String.fromCharCode(read.code > 255 ? 0x3f : read.code));
      copied = read.end;
    }
    at = value.indexOf("&", read === undefined ? at + 1 : read.end);
  }
  return copied === 0 ? value : out + value.slice(copied);
}

export interface Reference {
  /** The character; 0 for one that is not seen. */
  readonly code: number;
  /** Behind the reference. */
  readonly end: number;
}

/** The reference whose `&` stands at `at`. */
export function readReference(value: string, at: number): Reference | undefined {
  return value.charCodeAt(at + 1) === 0x23 ? readNumber(value, at + 2) : readName(value, at + 1);
}

function readNumber(value: string, start: number): Reference | undefined {
  const isHex = (value.charCodeAt(start) | 0x20) === 0x78;
  const first = isHex ? start + 1 : start;
  let at = first;
  let code = 0;
  while (at < value.length && at - first < DIGITS_MAX) {
    const digit = hexDigit(value.charCodeAt(at));
    if (digit < 0 || (!isHex && digit > 9)) break;
    code = Math.min(code * (isHex ? 16 : 10) + digit, 0x110000);
    at++;
  }
  if (at === first) return undefined;
  // A browser reads bytes 80 … 9F as windows-1252; none of them matters to a parser of markup.
  return { code: foldWide(code), end: value.charCodeAt(at) === 0x3b ? at + 1 : at };
}

/** Full-width forms (U+FF01 … U+FF5E) are read as the ASCII they look like. */
function foldWide(code: number): number {
  return code >= 0xff01 && code <= 0xff5e ? code - 0xfee0 : code;
}

/** `&lt` and `&gt` stand in masses in text that was escaped once. */
function readBracket(value: string, start: number): Reference | undefined {
  if ((value.charCodeAt(start + 1) | 0x20) !== 0x74) return undefined;
  const first = value.charCodeAt(start) | 0x20;
  const code = first === 0x6c ? 0x3c : first === 0x67 ? 0x3e : 0;
  return code === 0 ? undefined : { code, end: start + (value.charCodeAt(start + 2) === 0x3b ? 3 : 2) };
}

function readName(value: string, start: number): Reference | undefined {
  const bracket = readBracket(value, start);
  if (bracket !== undefined) return bracket;
  let end = start;
  while (end < value.length && end - start < NAME_BYTES_MAX && isLetter(value.charCodeAt(end))) end++;
  if (end === start) return undefined;
  const name = value.slice(start, end).toLowerCase();
  const code = NAMED.get(name);
  if (value.charCodeAt(end) === 0x3b) return code === undefined ? undefined : { code, end: end + 1 };
  for (const short of WITHOUT_SEMICOLON) {
    if (name.startsWith(short)) return { code: NAMED.get(short) ?? 0, end: start + short.length };
  }
  // Filters and templates drop semicolons; an attacker relies on it where the browser would not.
  return code === undefined || name.length < 4 ? undefined : { code, end };
}

/** The value of a hexadecimal digit, or -1. */
export function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Is it one of A … Z, a … z? */
export function isLetter(code: number): boolean {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
