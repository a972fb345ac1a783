// White space in bytes that are mostly UTF-8. A byte 0xA0 or 0x85 alone says nothing: it is the second byte of many letters (`à` is C3 A0).
// So whole characters are read; 0xA0 where no character can stand is the no-break space of Latin-1, as the reference has it.
import { byteSet, byteUnion, done, findByte, SPACES, utf8Width, work } from "../text/index.ts";

/** The bytes with which white space can begin. */
export const SPACE_STARTS: Uint8Array = byteUnion(SPACES, byteSet("\xa0\xc2\xe1\xe2\xe3"));

/** Each run of white space becomes one space, or nothing. */
export function reduceSpaces(value: string, kept: "one" | "none"): string {
  const first = findByte(value, SPACE_STARTS);
  if (first < 0) return value;
  const bytes = work(value);
  const end = value.length;
  const space = kept === "one" ? 0x20 : 0;
  // A character is never cut: what stands before the first byte above is whole, as none of them but 0xA0 can be the rest of one.
  let at = bytes[first] === 0xa0 ? 0 : first;
  let write = at;
  if (space === 0) {
    // Without a branch for each byte: where words end cannot be foretold.
    for (; at < end && (bytes[at] as number) < 0x80; at++) {
      bytes[write] = bytes[at] as number;
      write += 1 - (SPACES[bytes[at] as number] as number);
    }
  }
  let inSpace = false;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte < 0x80 && SPACES[byte] === 0) {
      inSpace = false;
      bytes[write++] = byte;
      at++;
      continue;
    }
    const width = byte < 0x80 ? 1 : wideSpace(bytes, at, end);
    if (width > 0) {
      if (!inSpace && space > 0) bytes[write++] = space;
      inSpace = true;
      at += width;
      continue;
    }
    inSpace = false;
    bytes[write++] = byte;
    at++;
    for (let rest = utf8Width(bytes, at - 1, end) - 1; rest > 0; rest--) bytes[write++] = bytes[at++] ?? 0;
  }
  return done(bytes, write, value);
}

/** How many bytes of white space begin with the byte above ASCII at `at`; 0 where none does. */
function wideSpace(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at] ?? 0;
  if (SPACE_STARTS[byte] === 0) return 0;
  if (byte === 0xa0) return 1;
  const width = utf8Width(bytes, at, end);
  const second = bytes[at + 1] ?? 0;
  if (width === 2) return second === 0x85 || second === 0xa0 ? 2 : 0;
  return width === 3 && isWideSpace((byte << 16) | (second << 8) | (bytes[at + 2] ?? 0)) ? 3 : 0;
}

/** White_Space of Unicode above U+00FF: U+1680, U+2000 … U+200A, U+2028, U+2029, U+202F, U+205F, U+3000, by their three bytes. */
function isWideSpace(bytes: number): boolean {
  if (bytes >= 0xe28080 && bytes <= 0xe2808a) return true;
  return bytes === 0xe19a80 || bytes === 0xe280a8 || bytes === 0xe280a9 || bytes === 0xe280af || bytes === 0xe2819f || bytes === 0xe38080;
}
