import { byteSet, done, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const SLASH = 0x2f;
const STAR = 0x2a;

/** Each comment of C becomes one space, also one that is never closed. */
export const replaceComments: Transform = { name: "replaceComments", apply, touches: byteSet("/") };

function apply(value: string): string {
  const first = value.indexOf("/*");
  if (first < 0) return value;
  const bytes = work(value);
  const end = value.length;
  let write = first;
  let inComment = false;
  for (let at = first; at < end; ) {
    const byte = bytes[at] ?? 0;
    const next = at + 1 < end ? bytes[at + 1] : -1;
    if (inComment) {
      const closes = byte === STAR && next === SLASH;
      if (closes) bytes[write++] = 0x20;
      inComment = !closes;
      at += closes ? 2 : 1;
      continue;
    }
    inComment = byte === SLASH && next === STAR;
    if (!inComment) bytes[write++] = byte;
    at += inComment ? 2 : 1;
  }
  if (inComment) bytes[write++] = 0x20;
  return done(bytes, write, value);
}
