import { byteSet, done, HEX_VALUE, SPACES, work, writeUtf8 } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { foldFullWidth } from "./full-width.ts";

const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const FORM_FEED = 0x0c;
const RETURN = 0x0d;
const DIGITS_MAX = 6;

/** Escapes of CSS (CSS Syntax 3 §4.3.7): one to six digits are a code point, written as UTF-8; full-width ASCII becomes ASCII. */
export const cssDecode: Transform = { name: "cssDecode", apply, touches: byteSet("\\") };

function apply(value: string): string {
  const first = value.indexOf("\\");
  if (first < 0) return value;
  const bytes = work(value);
  const end = value.length;
  let write = first;
  for (let at = first; at < end; ) {
    const byte = bytes[at++] ?? 0;
    if (byte !== BACKSLASH) {
      bytes[write++] = byte;
      continue;
    }
    let code = 0;
    let digits = 0;
    for (; digits < DIGITS_MAX && at < end; digits++, at++) {
      const digit = HEX_VALUE[bytes[at] ?? 0] ?? -1;
      if (digit < 0) break;
      code = code * 16 + digit;
    }
    if (digits > 0) {
      // One white space belongs to the escape, and CR LF is one.
      if (at < end && SPACES[bytes[at] ?? 0] === 1) at += lineEndWidth(bytes, at, end) || 1;
      write = writeUtf8(bytes, write, foldFullWidth(code));
    } else if (at < end) {
      // An escaped line end is no character at all; a backslash at the very end neither.
      const lineEnd = lineEndWidth(bytes, at, end);
      if (lineEnd === 0) bytes[write++] = bytes[at] ?? 0;
      at += lineEnd || 1;
    }
  }
  return done(bytes, write, value);
}

/** How many bytes the line end at `at` has: CR LF, CR, LF or a form feed (CSS Syntax 3 §3.3); 0 where none stands. */
function lineEndWidth(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at];
  if (byte === LINE_FEED || byte === FORM_FEED) return 1;
  if (byte !== RETURN) return 0;
  return at + 1 < end && bytes[at + 1] === LINE_FEED ? 2 : 1;
}
