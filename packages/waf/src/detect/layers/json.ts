// JSON inside a value: its texts are values of their own.
import { fromByteString, toByteString } from "../../text/index.ts";

/** Longest value that is read as JSON, in bytes; longer ones are looked at as they stand. */
const JSON_BYTES_MAX = 65_536;
/** Texts and names handed on. */
const TEXTS_MAX = 512;

export interface JsonStrings {
  /** Every text and name in order, those of keys that occur twice as well. */
  readonly texts: readonly string[];
  /** Are these all, and no name is written with escapes? Then the value says nothing beside them and its own bytes: it is looked at as it stands. */
  readonly isWhole: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The texts and names of a value that is JSON (RFC 8259); undefined where it is none. */
export function stringsOfJson(value: string): JsonStrings | undefined {
  const first = value.charCodeAt(0);
  const last = value.charCodeAt(value.length - 1);
  if (value.length > JSON_BYTES_MAX) return undefined;
  if (!((first === 0x7b && last === 0x7d) || (first === 0x5b && last === 0x5d) || (first === QUOTE && last === QUOTE && value.length > 2)))
    return undefined;
  if (parse(value) === undefined) return undefined;
  const texts: string[] = [];
  let isWhole = true;
  for (let at = value.indexOf('"'); at >= 0; ) {
    if (texts.length >= TEXTS_MAX) return { texts, isWhole: false };
    const end = endOfString(value, at + 1);
    const raw = value.slice(at + 1, end);
    texts.push(raw.indexOf("\\") < 0 ? raw : unescaped(raw));
    // A name tells by where it stands: `{"\u0024ne":1}`.
    if (ESCAPES.test(raw) && isName(value, end + 1)) isWhole = false;
    at = value.indexOf('"', end + 1);
  }
  return { texts, isWhole };
}

/** What an escape of any kind begins with. */
const ESCAPES = /[\\%&\x80-\xff]/;

/** Does a colon follow the string? */
function isName(value: string, behind: number): boolean {
  let at = behind;
  while (value.charCodeAt(at) <= 0x20) at++;
  return value.charCodeAt(at) === 0x3a;
}

/** Where the string ends whose text begins at `start`: at the next quote behind an even number of backslashes. */
function endOfString(value: string, start: number): number {
  for (let at = value.indexOf('"', start); at >= 0; at = value.indexOf('"', at + 1)) {
    let first = at;
    while (first > start && value.charCodeAt(first - 1) === BACKSLASH) first--;
    if ((at - first) % 2 === 0) return at;
  }
  return value.length;
}

function unescaped(raw: string): string {
  const read = parse(`"${fromByteString(raw)}"`);
  return typeof read?.value === "string" ? toByteString(read.value) : raw;
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // Not JSON after all: an answer, and the only one JSON.parse has for it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
