import { byteSet, done, findAny, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const MARKS = ["/*", "*/", "<!--", "--", "#"] as const;
const SIGN = byteSet("/*<-#");

/** The signs with which comments begin and end go; what stands in them stays. */
export const removeCommentsChar: Transform = { name: "removeCommentsChar", apply, touches: SIGN };

function apply(value: string): string {
  const first = findAny(value, MARKS);
  if (first < 0) return value;
  const bytes = work(value);
  let write = first;
  for (let at = first; at < value.length; ) {
    const byte = bytes[at] ?? 0;
    const width = SIGN[byte] === 1 ? signWidth(bytes, at, value.length) : 0;
    if (width === 0) bytes[write++] = byte;
    at += width === 0 ? 1 : width;
  }
  return done(bytes, write, value);
}

function signWidth(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at] ?? 0;
  if (byte === HASH) return 1;
  if (at + 1 >= end) return 0;
  const next = bytes[at + 1];
  if (byte === SLASH) return next === STAR ? 2 : 0;
  if (byte === STAR) return next === SLASH ? 2 : 0;
  if (byte === DASH) return next !== DASH ? 0 : at + 2 < end && bytes[at + 2] === GREATER ? 3 : 2;
  return at + 3 < end && next === BANG && bytes[at + 2] === DASH && bytes[at + 3] === DASH ? 4 : 0;
}

const HASH = 0x23;
const STAR = 0x2a;
const DASH = 0x2d;
const SLASH = 0x2f;
const BANG = 0x21;
const GREATER = 0x3e;
