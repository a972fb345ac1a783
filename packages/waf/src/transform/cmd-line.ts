import { byteSet, byteUnion, done, findByte, UPPER, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const DROPPED = "\\\"'^";
const BLANK = " ,;\t\r\n";
const TIGHT = "/(";

/** What a byte is to a shell: its place in this list, or 0. */
const CLASSES = classes(DROPPED, BLANK, TIGHT);
const IS_DROPPED = 1;
const IS_BLANK = 2;
const IS_TIGHT = 3;

const TO_LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (UPPER[byte] === 1 ? byte + 0x20 : byte));
const TOUCHES = byteUnion(byteSet(DROPPED), byteSet(BLANK), UPPER);

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
    const kind = CLASSES[byte];
    if (kind === IS_DROPPED) continue;
    if (kind === IS_BLANK) {
      if (!inBlank) bytes[write++] = 0x20;
      inBlank = true;
      continue;
    }
    if (inBlank && kind === IS_TIGHT) write--;
    inBlank = false;
    bytes[write++] = TO_LOWER[byte] ?? 0;
  }
  return done(bytes, write, value);
}

function classes(...members: readonly string[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const [at, each] of members.entries()) for (const character of each) table[character.charCodeAt(0)] = at + 1;
  return table;
}
