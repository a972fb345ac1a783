import { byteSet, byteUnion, findByte, UPPER } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { done, work } from "./work.ts";

const DROPPED = byteSet("\\\"'^");
const BLANK = byteSet(" ,;\t\r\n");
const TIGHT = byteSet("/(");
const TOUCHES = byteUnion(DROPPED, BLANK, UPPER);

/** What a shell and cmd.exe read past: quotes, carets and backslashes go, separators become one space (none before `/` and `(`), upper case falls. */
export const cmdLine: Transform = { name: "cmdLine", apply, touches: TOUCHES };

function apply(value: string): string {
  const first = findByte(value, TOUCHES);
  if (first < 0) return value;
  const bytes = work(value);
  let write = first;
  let inBlank = false;
  for (let at = first; at < value.length; at++) {
    const byte = bytes[at] ?? 0;
    if (DROPPED[byte] === 1) continue;
    if (BLANK[byte] === 1) {
      if (!inBlank) bytes[write++] = 0x20;
      inBlank = true;
      continue;
    }
    if (inBlank && TIGHT[byte] === 1) write--;
    inBlank = false;
    bytes[write++] = UPPER[byte] === 1 ? byte + 0x20 : byte;
  }
  return done(bytes, write, value);
}
