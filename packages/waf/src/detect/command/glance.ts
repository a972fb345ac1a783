import { likelihoodOf, mayBeName, Name, nextHash } from "./names.ts";
import { endsPlain, goesOn, isPlain, WORD_BYTES_MAX } from "./word.ts";

// What most places of benign values hold is told here, without cutting a word out of the value.

/** The word is read as a shell reads it, and is still no name of a command. */
export const NOTHING = -1;

/** Bytes that end a word for a shell and for everyone else. */
const WORD_ENDS = new Uint8Array(256);
for (const character of " \t\n\r;|&)(=,!#<>]}@") WORD_ENDS[character.charCodeAt(0)] = 1;

/** What a byte does to a word: it is one of its letters, of a version number, a dot, a quote; it makes a path of it; it is none of its bytes. */
const Byte = { other: 0, letter: 1, version: 2, dot: 3, quote: 4, path: 5 } as const;
const BYTES = new Uint8Array(256);
for (let code = 0; code < 256; code++) if (isPlain(code)) BYTES[code] = Byte.letter;
for (const character of "0123456789-") BYTES[character.charCodeAt(0)] = Byte.version;
for (const [character, kind] of [[".", Byte.dot], ["'", Byte.quote], ['"', Byte.quote], ["/", Byte.path]] as const) BYTES[character.charCodeAt(0)] = kind; // biome-ignore format: one line

/** Lower case of ASCII. */
const LOWER = new Uint8Array(256).map((_, code) => (code >= 0x41 && code <= 0x5a ? code | 32 : code));

/** Bytes with which no word begins, whatever follows. */
const NO_START = new Uint8Array(256).fill(1);
for (let code = 0; code < 256; code++) if (BYTES[code] !== Byte.other || goesOn(code)) NO_START[code] = 0;

/** What no name of a command holds, in quotes or not. */
const NO_NAME = new Uint8Array(256);
for (const character of "\t\n\v\f\r \xa0,;<>") NO_NAME[character.charCodeAt(0)] = 1;

/**
 * How likely the word at `start` is a command where it is a plain one, `NOTHING` where it is not plain and surely no command,
 * `undefined` where it has to be read as a shell does. Reads a plain word, or a bounded number of bytes.
 */
export function glance(value: string, start: number, plusIsBlank: boolean): number | undefined {
  let at = start;
  let hash = 0;
  if (NO_START[value.charCodeAt(at)] === 1) return NOTHING;
  while (at < value.length) {
    const lower = value.charCodeAt(at) | 32;
    if (lower < 0x61 || lower > 0x7a) break;
    hash = nextHash(hash, lower);
    at++;
  }
  if (at > start) {
    const code = value.charCodeAt(at);
    const isOver = at >= value.length || WORD_ENDS[code] === 1 || (code === 0x3a && at - start > 1);
    if (isOver) return mayBeName(hash) ? likelihoodOf(value.slice(start, at).toLowerCase()) : Name.none;
  }
  return glanceOn(value, start, at, hash, plusIsBlank);
}

/** Goes on behind the letters of a word, as `readWord` does: quotes are taken off. */
function glanceOn(value: string, start: number, from: number, letters: number, plusIsBlank: boolean): number | undefined {
  const limit = Math.min(value.length, start + WORD_BYTES_MAX);
  let hash = letters;
  /** Without the version number at its end. */
  let unversioned = letters;
  /** Bytes since the last dot; -1 where there was none. */
  let behindDot = -1;
  let close = -1;
  let at = from;
  for (; at < limit; at++) {
    if (at === close) continue;
    const code = value.charCodeAt(at);
    const kind = BYTES[code] ?? Byte.other;
    if (kind === Byte.path || (at < close && code === 0x5c)) return undefined;
    if (at > close && kind === Byte.quote) {
      close = closing(value, at, limit);
      if (close < 0) break;
      continue;
    }
    if (at > close && (kind === Byte.other || (plusIsBlank && code === 0x2b))) {
      if (kind === Byte.other && !endsPlain(value, at, code)) return undefined;
      break;
    }
    hash = nextHash(hash, LOWER[code] ?? 0);
    if (kind !== Byte.version && kind !== Byte.dot) unversioned = hash;
    if (kind === Byte.dot) behindDot = 0;
    else if (behindDot >= 0) behindDot++;
  }
  return behindDot === 3 || mayBeName(hash) || mayBeName(unversioned) ? undefined : NOTHING;
}

/** Where the quote at `at` closes; -1 where it does not, or holds what no name does. */
function closing(value: string, at: number, limit: number): number {
  const quote = value.charCodeAt(at);
  for (let inner = at + 1; inner <= limit && inner < value.length; inner++) {
    const code = value.charCodeAt(inner);
    if (code === quote) return inner;
    if (NO_NAME[code] === 1) return -1;
  }
  return -1;
}
