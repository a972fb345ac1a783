import { byteRange, byteSet } from "../text/index.ts";

// Some transformations only take away, or put in bytes of a known few. A value of honest prose has no quote, bracket or dollar sign, and so
// none of their results has one: what needs such a byte need not be asked, and the result need not even be made.

const NOTHING = new Uint8Array(256);
const SPACE = byteSet(" ");
const SMALL = byteRange(0x61, 0x7a);
const SMALL_OR_SPACE = byteSet(" abcdefghijklmnopqrstuvwxyz");

const GIVES: ReadonlyMap<string, Uint8Array> = new Map([
  ["cmdLine", SMALL_OR_SPACE],
  ["compressWhitespace", SPACE],
  ["lowercase", SMALL],
  ["normalisePath", NOTHING],
  ["normalisePathWin", byteSet("/")],
  ["normalizePath", NOTHING],
  ["normalizePathWin", byteSet("/")],
  ["removeCommentsChar", NOTHING],
  ["removeNulls", NOTHING],
  ["removeWhitespace", NOTHING],
  ["replaceComments", SPACE],
  ["replaceNulls", SPACE],
  ["trim", NOTHING],
  ["trimLeft", NOTHING],
  ["trimRight", NOTHING],
]);

/** The transformations whose results are known to hold no other bytes than their input's and a few. */
export const KNOWN_GIVERS: readonly string[] = [...GIVES.keys()];

/** The bytes that a transformation may put into a value that had none of them; undefined where it may be any. */
export function bytesGivenBy(transform: string): Uint8Array | undefined {
  return GIVES.get(transform);
}
