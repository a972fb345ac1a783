import { byteSet, done, findAny, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const TOUCHES = byteSet("/<-#");
const MARKS = ["/*", "<!--", "--", "#"] as const;
const SLASH = 0x2f;
const STAR = 0x2a;
const DASH = 0x2d;

/** Comments of C and HTML go, a comment of SQL or a shell ends the value; what is cut off at the end leaves one space. */
export const removeComments: Transform = { name: "removeComments", apply, touches: TOUCHES };

function apply(value: string): string {
  const first = findAny(value, MARKS);
  if (first < 0) return value;
  const bytes = work(value);
  const end = value.length;
  let write = first;
  for (let at = first; at < end; ) {
    const byte = bytes[at] ?? 0;
    const next = at + 1 < end ? bytes[at + 1] : -1;
    if (byte === 0x23 || (byte === DASH && next === DASH)) {
      bytes[write++] = 0x20;
      break;
    }
    const opens = TOUCHES[byte] === 1 ? openingWidth(value, at) : 0;
    if (opens === 0) {
      bytes[write++] = byte;
      at++;
      continue;
    }
    at = commentEnd(bytes, at + opens, end);
    if (at < 0) {
      bytes[write++] = 0x20;
      break;
    }
  }
  return done(bytes, write, value);
}

function openingWidth(value: string, at: number): number {
  if (value.startsWith("/*", at)) return 2;
  return value.startsWith("<!--", at) ? 4 : 0;
}

/** Behind the first end of a comment, of either kind; -1 where it is never closed. */
function commentEnd(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + 1 < end; at++) {
    if (bytes[at] === STAR && bytes[at + 1] === SLASH) return at + 2;
    if (bytes[at] === DASH && bytes[at + 1] === DASH && at + 2 < end && bytes[at + 2] === 0x3e) return at + 3;
  }
  return -1;
}
