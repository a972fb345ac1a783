import { findByte } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { SPACE_STARTS, spaceWidth, stepWidth } from "./white-space.ts";
import { done, work } from "./work.ts";

/** Runs of white space become one space. */
export const compressWhitespace: Transform = { name: "compressWhitespace", apply, touches: SPACE_STARTS };

function apply(value: string): string {
  if (findByte(value, SPACE_STARTS) < 0) return value;
  const bytes = work(value);
  let write = 0;
  let inSpace = false;
  for (let at = 0; at < value.length; ) {
    const space = spaceWidth(bytes, at, value.length);
    if (space > 0) {
      if (!inSpace) bytes[write++] = 0x20;
      inSpace = true;
      at += space;
      continue;
    }
    inSpace = false;
    const end = at + stepWidth(bytes, at, value.length);
    while (at < end) bytes[write++] = bytes[at++] ?? 0;
  }
  return done(bytes, write, value);
}
