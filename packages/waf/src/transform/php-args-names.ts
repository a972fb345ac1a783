import { byteSet, done, findAny, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const MARKS = [" ", ".", "["] as const;
const UNDERSCORE = 0x5f;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** The name under which PHP keeps a parameter: spaces and dots become `_`, leading spaces go, and so does what follows the last `[…]`. */
export const phpArgsNames: Transform = { name: "phpArgsNames", apply, touches: byteSet(" .[") };

function apply(value: string): string {
  if (findAny(value, MARKS) < 0) return value;
  const bytes = work(value);
  const end = value.length;
  let at = 0;
  while (at < end && bytes[at] === 0x20) at++;
  let write = 0;
  for (; at < end && bytes[at] !== OPEN; at++) {
    const byte = bytes[at] ?? 0;
    bytes[write++] = byte === 0x20 || byte === 0x2e ? UNDERSCORE : byte;
  }
  // PHP drops a parameter whose name begins with its index.
  if (at === end || write === 0) return done(bytes, write, value);
  if (value.indexOf("]", at) < 0) {
    bytes[write++] = UNDERSCORE;
    for (at++; at < end; at++) bytes[write++] = bytes[at] ?? 0;
    return done(bytes, write, value);
  }
  return done(bytes, copyIndexes(bytes, value, at, write), value);
}

/** Copies `[a][b]…` from `from` on; an index of white space is an empty one, one that is not closed is dropped. */
function copyIndexes(bytes: Uint8Array, value: string, from: number, to: number): number {
  let at = from;
  let write = to;
  while (at < value.length && bytes[at] === OPEN) {
    const close = value.indexOf("]", at);
    if (close < 0) break;
    const isEmpty = value.slice(at + 1, close).trim() === "";
    bytes[write++] = OPEN;
    if (!isEmpty) for (at++; at < close; at++) bytes[write++] = bytes[at] ?? 0;
    bytes[write++] = CLOSE;
    at = close + 1;
  }
  return write;
}
