import { byteSet, HEX_VALUE, SPACES, writeUtf8 } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { foldFullWidth } from "./full-width.ts";
import { done, work } from "./work.ts";

const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
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
      // One white space belongs to the escape.
      if (at < end && SPACES[bytes[at] ?? 0] === 1) at++;
      write = writeUtf8(bytes, write, foldFullWidth(code));
    } else if (at < end) {
      // An escaped line end is no character at all; a backslash at the very end neither.
      const escaped = bytes[at++] ?? 0;
      if (escaped !== LINE_FEED) bytes[write++] = escaped;
    }
  }
  return done(bytes, write, value);
}
