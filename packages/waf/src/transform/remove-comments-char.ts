import { byteSet, findByte } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { done, work } from "./work.ts";

const TOUCHES = byteSet("/*<-#");

/** The signs with which comments begin and end go; what stands in them stays. */
export const removeCommentsChar: Transform = { name: "removeCommentsChar", apply, touches: TOUCHES };

function apply(value: string): string {
  const first = findByte(value, TOUCHES);
  if (first < 0) return value;
  const bytes = work(value);
  let write = first;
  for (let at = first; at < value.length; ) {
    const byte = bytes[at] ?? 0;
    const width = TOUCHES[byte] === 1 ? signWidth(value, at, byte) : 0;
    if (width === 0) bytes[write++] = byte;
    at += width === 0 ? 1 : width;
  }
  return done(bytes, write, value);
}

function signWidth(value: string, at: number, byte: number): number {
  if (byte === 0x23) return 1;
  const next = value.charCodeAt(at + 1);
  if (byte === 0x2f) return next === 0x2a ? 2 : 0;
  if (byte === 0x2a) return next === 0x2f ? 2 : 0;
  if (byte === 0x3c) return value.startsWith("<!--", at) ? 4 : 0;
  if (next !== 0x2d) return 0;
  return value.charCodeAt(at + 2) === 0x3e ? 3 : 2;
}
