import { byteSet, done, HEX_VALUE, hexNumberAt, work, writeUtf8 } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { CONTROL_ESCAPES, isOctal } from "./escapes.ts";
import { foldFullWidth } from "./full-width.ts";

const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const LETTER_U = 0x75;
const LETTER_X = 0x78;
/** `\u{10FFFF}` and zeros before it; longer ones are no escape of a value that anyone would send. */
const BRACED_DIGITS_MAX = 64;

/** Where the escape that `readEscape` has read ends. */
let escapeEnd = 0;

/** Escapes of JavaScript (ECMA-262 §12.9.4): `\uHHHH`, `\u{H…}`, `\xHH`, `\OOO`, `\n`; characters above ASCII become UTF-8, full-width ASCII becomes ASCII. */
export const jsDecode: Transform = { name: "jsDecode", apply, touches: byteSet("\\") };

function apply(value: string): string {
  const first = value.indexOf("\\");
  if (first < 0) return value;
  const bytes = work(value);
  const end = value.length;
  let write = first;
  for (let at = first; at < end; ) {
    const byte = bytes[at] ?? 0;
    if (byte !== BACKSLASH || at + 1 === end) {
      bytes[write++] = byte;
      at++;
      continue;
    }
    const code = unicodeEscape(bytes, at, end);
    if (code >= 0) {
      at = escapeEnd;
      write = writeUtf8(bytes, write, foldFullWidth(code));
      continue;
    }
    const escaped = byteEscape(bytes, at, end);
    at = escapeEnd;
    if (escaped >= 0) bytes[write++] = escaped;
  }
  return done(bytes, write, value);
}

/** The code point of `\uHHHH` or `\u{H…}` at `at`, two halves of a pair as one; -1 where there is none. */
function unicodeEscape(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at + 1] !== LETTER_U) return -1;
  const code = fourDigits(bytes, at, end);
  if (code < 0) return bracedEscape(bytes, at, end);
  escapeEnd = at + 6;
  if (code < 0xd800 || code > 0xdbff) return code;
  const low = bytes[at + 6] === BACKSLASH ? fourDigits(bytes, at + 6, end) : -1;
  if (low < 0xdc00 || low > 0xdfff) return code;
  escapeEnd = at + 12;
  return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

/** HHHH behind `\u`; -1 where four digits do not stand there. */
function fourDigits(bytes: Uint8Array, at: number, end: number): number {
  return bytes[at + 1] === LETTER_U ? hexNumberAt(bytes, at + 2, 4, end) : -1;
}

function bracedEscape(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 >= end || bytes[at + 2] !== 0x7b) return -1;
  let code = 0;
  const last = Math.min(end, at + 3 + BRACED_DIGITS_MAX);
  for (let digit = at + 3; digit < last; digit++) {
    const byte = bytes[digit] ?? 0;
    const worth = HEX_VALUE[byte] ?? -1;
    if (worth < 0) {
      if (byte !== 0x7d || digit === at + 3) return -1;
      escapeEnd = digit + 1;
      return code;
    }
    code = Math.min(code * 16 + worth, 0x110000);
  }
  return -1;
}

/** The byte of `\xHH`, `\OOO` or a letter at `at`; -1 for an escaped line end, which is no character (ECMA-262 §12.9.4, LineContinuation). */
function byteEscape(bytes: Uint8Array, at: number, end: number): number {
  const letter = bytes[at + 1] ?? 0;
  escapeEnd = at + 2;
  if (letter === LINE_FEED || letter === RETURN) {
    if (letter === RETURN && escapeEnd < end && bytes[escapeEnd] === LINE_FEED) escapeEnd++;
    return -1;
  }
  if (letter === LETTER_X) {
    const code = hexNumberAt(bytes, at + 2, 2, end);
    if (code < 0) return letter;
    escapeEnd = at + 4;
    return code;
  }
  if (!isOctal(letter)) return CONTROL_ESCAPES[letter] ?? letter;
  let code = letter - 0x30;
  // A third digit only where all three make one byte: \377 is the last.
  const digitsMax = letter > 0x33 ? 2 : 3;
  for (let digits = 1; digits < digitsMax && escapeEnd < end && isOctal(bytes[escapeEnd] ?? 0); digits++) {
    code = code * 8 + (bytes[escapeEnd++] ?? 0) - 0x30;
  }
  return code;
}
