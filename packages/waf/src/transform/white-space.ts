// White space in bytes that are mostly UTF-8. A byte 0xA0 or 0x85 alone says nothing: it is the second byte of many letters (`à` is C3 A0).
// So whole characters are read; 0xA0 where no character can stand is the no-break space of Latin-1, as the reference has it.
import { byteSet, byteUnion, SPACES, utf8Width } from "../text/index.ts";

/** The bytes with which white space can begin. */
export const SPACE_STARTS: Uint8Array = byteUnion(SPACES, byteSet("\xa0\xc2\xe1\xe2\xe3"));

/** How many bytes of white space begin at `at`; 0 where none does. */
export function spaceWidth(bytes: Uint8Array, at: number, end: number): 0 | 1 | 2 | 3 {
  const byte = bytes[at] ?? 0;
  if (SPACES[byte] === 1 || byte === 0xa0) return 1;
  if (byte < 0x80 || SPACE_STARTS[byte] === 0) return 0;
  const width = utf8Width(bytes, at, end);
  const second = bytes[at + 1] ?? 0;
  if (width === 2) return second === 0x85 || second === 0xa0 ? 2 : 0;
  if (width !== 3) return 0;
  return isWideSpace((byte << 16) | (second << 8) | (bytes[at + 2] ?? 0)) ? 3 : 0;
}

/** White_Space of Unicode above U+00FF: U+1680, U+2000 … U+200A, U+2028, U+2029, U+202F, U+205F, U+3000, by their three bytes. */
function isWideSpace(bytes: number): boolean {
  if (bytes >= 0xe28080 && bytes <= 0xe2808a) return true;
  return bytes === 0xe19a80 || bytes === 0xe280a8 || bytes === 0xe280a9 || bytes === 0xe280af || bytes === 0xe2819f || bytes === 0xe38080;
}

/** How many bytes to step over where no white space stands: a whole character, or one byte of none. */
export function stepWidth(bytes: Uint8Array, at: number, end: number): number {
  return (bytes[at] ?? 0) < 0x80 ? 1 : utf8Width(bytes, at, end) || 1;
}
