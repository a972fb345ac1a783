// One layer of every escape at once: percent, character reference, JavaScript, and the many spellings of ASCII in Unicode.
// Together, because attackers mix them: each pass takes off one of each kind, so no order of kinds has to be guessed.

import { hexAt, work } from "../../text/index.ts";
import { readReference } from "../entities.ts";

export interface Unescaped {
  readonly text: string;
  /** What was taken off: `url`, `html`, `js`, `wide`. */
  readonly layers: readonly string[];
}

const PERCENT = 0x25;
const URL_BIT = 1;
const HTML_BIT = 2;
const JS_BIT = 4;
const WIDE_BIT = 8;
const LAYER_NAMES: readonly (readonly [number, string])[] = [[URL_BIT, "url"], [HTML_BIT, "html"], [JS_BIT, "js"], [WIDE_BIT, "wide"]]; // biome-ignore format: one line

/** Bytes at which an escape may begin: `%`, `&`, `\`, and the leading bytes of UTF-8 that can spell ASCII. */
const BEGINS = new Uint8Array(256);
for (const code of [0x25, 0x26, 0x5c, 0xc0, 0xc1, 0xc2, 0xe0, 0xe2, 0xe5, 0xef, 0xf0, 0xf8, 0xfc]) BEGINS[code] = 1;

interface Read {
  /** A byte, or -1 for nothing at all. */
  readonly byte: number;
  readonly end: number;
  readonly bit: number;
}

/** Takes one layer off, of percent signs alone where it is said so; undefined where there is none. Never longer than its input. */
export function takeEscapes(value: string, kinds: "all" | "url" = "all"): Unescaped | undefined {
  const bytes = work(value);
  const end = value.length;
  let at = 0;
  while (at < end && BEGINS[bytes[at] as number] !== 1) at++;
  let written = at;
  let bits = 0;
  for (; at < end; at++) {
    const code = bytes[at] as number;
    // The most frequent one without an object.
    const byte = code === PERCENT ? hexPair(value, at + 1) : -1;
    if (byte >= 0) {
      bytes[written++] = byte;
      bits |= URL_BIT;
      at += 2;
      continue;
    }
    const read = BEGINS[code] !== 1 || (kinds === "url" && code !== PERCENT) ? undefined : readEscape(value, at);
    if (read === undefined) {
      bytes[written++] = code;
      continue;
    }
    if (read.byte >= 0) bytes[written++] = read.byte;
    bits |= read.bit;
    at = read.end - 1;
  }
  if (bits === 0) return undefined;
  const text = bytes.toString("latin1", 0, written);
  return { text: (bits & URL_BIT) !== 0 ? formSpaces(text, value) : text, layers: namesOf(bits) };
}

function namesOf(bits: number): readonly string[] {
  const names: string[] = [];
  for (const [bit, name] of LAYER_NAMES) if ((bits & bit) !== 0) names.push(name);
  return names;
}

/** A form writes `+` for a blank; a text that holds blanks of its own was not written by one. */
function formSpaces(text: string, value: string): string {
  return value.indexOf("+") >= 0 && value.indexOf(" ") < 0 ? text.replaceAll("+", " ") : text;
}

function readEscape(value: string, at: number): Read | undefined {
  switch (value.charCodeAt(at)) {
    case 0x25:
      return readPercent(value, at);
    case 0x26: {
      const read = readReference(value, at);
      return read === undefined
        ? undefined
        : { byte: read.code === 0 ? -1 : read.code > 255 ? 0x3f : read.code, end: read.end, bit: HTML_BIT };
    }
    case 0x5c:
      return readBackslash(value, at);
    default:
      return readWide(value, at);
  }
}

/** `%uXXXX`. */
function readPercent(value: string, at: number): Read | undefined {
  if ((value.charCodeAt(at + 1) | 0x20) !== 0x75) return undefined;
  const unit = hexQuad(value, at + 2);
  return unit < 0 ? undefined : { byte: narrow(unit), end: at + 6, bit: URL_BIT };
}

/** What a letter or mark behind a backslash stands for; 0: nothing. */
const SIMPLE = new Uint8Array(256);
for (const [name, byte] of Object.entries({ n: 10, r: 13, t: 9, '"': 0x22, "'": 0x27, "`": 0x60, "/": 0x2f, "\\": 0x5c })) SIMPLE[name.charCodeAt(0)] = byte; // biome-ignore format: one line

function readBackslash(value: string, at: number): Read | undefined {
  const next = value.charCodeAt(at + 1);
  if (next === 0x78) {
    const byte = hexPair(value, at + 2);
    return byte < 0 ? undefined : { byte, end: at + 4, bit: JS_BIT };
  }
  if (next === 0x75) return readUnicodeEscape(value, at);
  const simple = SIMPLE[next] ?? 0;
  if (simple !== 0) return { byte: simple, end: at + 2, bit: JS_BIT };
  return readOctal(value, at);
}

/** `\uXXXX`, `\u{X…}`. */
function readUnicodeEscape(value: string, at: number): Read | undefined {
  if (value.charCodeAt(at + 2) !== 0x7b) {
    const unit = hexQuad(value, at + 2);
    return unit < 0 ? undefined : { byte: narrow(unit), end: at + 6, bit: JS_BIT };
  }
  let code = 0;
  let here = at + 3;
  // Leading zeros are legal; sixteen digits are more than anybody needs.
  for (; here < at + 19 && hexAt(value, here) >= 0; here++) code = Math.min(code * 16 + hexAt(value, here), 0x110000);
  return value.charCodeAt(here) === 0x7d && here > at + 3 ? { byte: narrow(code), end: here + 1, bit: JS_BIT } : undefined;
}

/** `\74`, `\074`: two or three digits that make a printable byte. */
function readOctal(value: string, at: number): Read | undefined {
  let byte = 0;
  let here = at + 1;
  while (here < at + 4) {
    const digit = value.charCodeAt(here) - 0x30;
    if (!(digit >= 0 && digit <= 7)) break;
    byte = byte * 8 + digit;
    here++;
  }
  return here >= at + 3 && byte >= 0x20 && byte < 0x7f ? { byte, end: here, bit: JS_BIT } : undefined;
}

/** Characters that some layer behind us takes for ASCII: too long UTF-8, full-width forms, typographic quotes, and those whose low byte a careless server keeps. */
function readWide(value: string, at: number): Read | undefined {
  const first = value.charCodeAt(at);
  const second = value.charCodeAt(at + 1);
  if (first === 0xc0 || first === 0xc1) return readShort(first, second, at);
  if (first === 0xc2)
    return second === 0xa0
      ? { byte: 0x20, end: at + 2, bit: WIDE_BIT }
      : second === 0xad
        ? { byte: -1, end: at + 2, bit: WIDE_BIT }
        : undefined;
  const third = value.charCodeAt(at + 2);
  if (first === 0xf8 || first === 0xfc) return readLong(value, at, first === 0xf8 ? 5 : 6);
  if (first === 0xf0)
    return second === 0x80 && third === 0x80 && continues(value.charCodeAt(at + 3))
      ? { byte: value.charCodeAt(at + 3) & 0x3f, end: at + 4, bit: WIDE_BIT }
      : undefined;
  if (!continues(second) || !continues(third)) return undefined;
  const code = ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
  const byte = first === 0xe0 ? (code < 0x80 ? code : -2) : lookalike(code);
  return byte === -2 ? undefined : { byte, end: at + 3, bit: WIDE_BIT };
}

/** ASCII in five or six bytes, as UTF-8 was once defined (RFC 2279 §2) and some readers still take it. */
function readLong(value: string, at: number, bytes: number): Read | undefined {
  for (let here = at + 1; here < at + bytes - 1; here++) if (value.charCodeAt(here) !== 0x80) return undefined;
  const last = value.charCodeAt(at + bytes - 1);
  return continues(last) ? { byte: last & 0x3f, end: at + bytes, bit: WIDE_BIT } : undefined;
}

/** Bytes that UTF-8 never has (RFC 3629 §3). Careless readers take the low bits of the second one, or drop the first. */
function readShort(first: number, second: number, at: number): Read | undefined {
  if (Number.isNaN(second)) return undefined;
  const low = second & 0x3f;
  // Of C1 AF and its like some readers keep six bits: a separator or a dot.
  const isSixBit = first === 0xc1 && second >= 0x80 && (low === 0x2f || low === 0x2e);
  const byte = second >= 0x20 && second < 0x80 ? second : isSixBit ? low : ((first & 0x01) << 6) | low;
  return { byte, end: at + 2, bit: WIDE_BIT };
}

/** Single characters that fold to one of ASCII; the four of U+560A … U+563E end in the bytes of LF, CR, `<` and `>`. */
const LOOKALIKES: ReadonlyMap<number, number> = new Map([
  [0x560a, 0x0a], [0x560d, 0x0d], [0x563c, 0x3c], [0x563e, 0x3e], [0x2018, 0x27], [0x2019, 0x27], [0x201c, 0x22], [0x201d, 0x22], [0x2032, 0x27],
  [0x2039, 0x3c], [0x203a, 0x3e], [0x200b, -1], [0x200c, -1], [0x200d, -1], [0x2028, 0x0a], [0x2029, 0x0a], [0x2024, 0x2e], [0x2215, 0x2f],
  [0x2044, 0x2f], [0x2060, -1], [0xfeff, -1], [0x2216, 0x5c], [0x202a, -1], [0x202b, -1], [0x202c, -1], [0x202d, -1], [0x202e, -1], [0x2066, -1], [0x2067, -1], [0x2068, -1], [0x2069, -1],
]); // biome-ignore format: one table

/** The byte it folds to, -1 for nothing, -2 where it is itself. */
function lookalike(code: number): number {
  if (code >= 0xff01 && code <= 0xff5e) return code - 0xfee0;
  return LOOKALIKES.get(code) ?? -2;
}

function narrow(unit: number): number {
  if (unit < 0x100) return unit;
  const byte = lookalike(unit);
  return byte === -2 ? 0x3f : byte;
}

function continues(code: number): boolean {
  return (code & 0xc0) === 0x80;
}

function hexPair(value: string, at: number): number {
  const high = hexAt(value, at);
  const low = hexAt(value, at + 1);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexQuad(value: string, at: number): number {
  const high = hexPair(value, at);
  const low = hexPair(value, at + 2);
  return high < 0 || low < 0 ? -1 : high * 256 + low;
}
