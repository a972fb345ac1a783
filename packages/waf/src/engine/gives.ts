import { byteRange, byteSet } from "../text/index.ts";

// Some transformations only take away, or put in bytes of a known few. A value of honest prose has no quote, bracket or dollar sign, and so
// none of their results has one: what needs such a byte need not be asked, and the result need not even be made.
//
// Some of those move nothing but blanks and case, unless a value holds one of a few bytes: a word that their result has, the value has too.

interface Known {
  /** The bytes that it may put in. */
  readonly gives: Uint8Array;
  /** Values without these bytes keep their words: what stands between two blanks of the result stands in the value, but for its case. */
  readonly joins?: Uint8Array;
}

const NOTHING = new Uint8Array(256);
const SPACE = byteSet(" ");
const SMALL = byteRange(0x61, 0x7a);
const SMALL_OR_SPACE = byteSet(" abcdefghijklmnopqrstuvwxyz");

const KNOWN: ReadonlyMap<string, Known> = new Map([
  ["cmdLine", { gives: SMALL_OR_SPACE, joins: byteSet("\\\"'^/(") }],
  ["compressWhitespace", { gives: SPACE, joins: NOTHING }],
  ["lowercase", { gives: SMALL, joins: NOTHING }],
  ["normalisePath", { gives: NOTHING, joins: byteSet("/") }],
  ["normalisePathWin", { gives: byteSet("/"), joins: byteSet("/\\") }],
  ["normalizePath", { gives: NOTHING, joins: byteSet("/") }],
  ["normalizePathWin", { gives: byteSet("/"), joins: byteSet("/\\") }],
  ["removeCommentsChar", { gives: NOTHING }],
  ["removeNulls", { gives: NOTHING, joins: byteSet("\0") }],
  ["removeWhitespace", { gives: NOTHING }],
  ["replaceComments", { gives: SPACE, joins: byteSet("/") }],
  ["replaceNulls", { gives: SPACE, joins: NOTHING }],
  ["trim", { gives: NOTHING, joins: NOTHING }],
  ["trimLeft", { gives: NOTHING, joins: NOTHING }],
  ["trimRight", { gives: NOTHING, joins: NOTHING }],
]);

/** The transformations whose results are known to hold no other bytes than their input's and a few. */
export const KNOWN_GIVERS: readonly string[] = [...KNOWN.keys()];

/** The bytes that a transformation may put into a value that had none of them; undefined where it may be any. */
export function bytesGivenBy(transform: string): Uint8Array | undefined {
  return KNOWN.get(transform)?.gives;
}

/** The bytes without which a transformation makes no new words; undefined where it always may. */
export function bytesJoinedBy(transform: string): Uint8Array | undefined {
  return KNOWN.get(transform)?.joins;
}

/** Does it make other blanks of blanks? */
export function movesBlanks(transform: string): boolean {
  const known = KNOWN.get(transform);
  return known?.joins !== undefined && known.gives[BLANK] === 1;
}

const BLANK = 0x20;
const BLANKS = /[\t\n\v\f\r ]/;

/** What is left of literals without the blanks around them, where that is a word of two bytes or more for each; else undefined. */
export function wordsOf(literals: readonly string[]): readonly string[] | undefined {
  const words = literals.map((literal) => literal.trim());
  return words.every((word) => word.length > 1 && !BLANKS.test(word)) ? words : undefined;
}
