import { byteSet, byteUnion, DIGITS, done, HEX_VALUE, LOWER, UPPER, work, writeUtf8 } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { LOOSE_BYTES_MAX, LOOSE_ENTITIES, NAME_BYTES_MAX, STRICT_ENTITIES } from "./html-entities.ts";

const SEMICOLON = 0x3b;
const LETTERS_AND_DIGITS = byteUnion(DIGITS, LOWER, UPPER);

/** Where the reference that was read last ends. */
let referenceEnd = 0;

/** Numeric references, `&lt;` and its like once; numbers up to 255 are bytes, as ModSecurity has it, and above them UTF-8, as browsers have it. */
export const htmlEntityDecode: Transform = { name: "htmlEntityDecode", apply, touches: byteSet("&") };

function apply(value: string): string {
  let ampersand = value.indexOf("&");
  if (ampersand < 0) return value;
  const bytes = work(value);
  const end = value.length;
  let write = 0;
  let copied = 0;
  for (; ampersand >= 0; ampersand = value.indexOf("&", Math.max(ampersand + 1, copied))) {
    const code = referenceAt(value, bytes, ampersand + 1, end);
    if (code < 0) continue;
    bytes.copyWithin(write, copied, ampersand);
    write += ampersand - copied;
    if (code <= 0xff) bytes[write++] = code;
    else write = writeUtf8(bytes, write, code);
    copied = referenceEnd < end && bytes[referenceEnd] === SEMICOLON ? referenceEnd + 1 : referenceEnd;
  }
  if (copied === 0) return value;
  bytes.copyWithin(write, copied, end);
  return done(bytes, write + end - copied, value);
}

/** The code of the reference behind an ampersand; -1 where there is none. */
function referenceAt(value: string, bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  if (bytes[at] !== 0x23) return named(value, at, end);
  const isHex = at + 1 < end && ((bytes[at + 1] ?? 0) | 0x20) === 0x78;
  return numeric(bytes, isHex ? at + 2 : at + 1, end, isHex ? 16 : 10);
}

function numeric(bytes: Uint8Array, at: number, end: number, base: 10 | 16): number {
  let code = 0;
  let next = at;
  for (; next < end; next++) {
    const digit = HEX_VALUE[bytes[next] ?? 0] ?? -1;
    if (digit < 0 || digit >= base) break;
    code = Math.min(code * base + digit, 0x110000);
  }
  referenceEnd = next;
  return next === at ? -1 : code;
}

/** Read from the value: what lies before `at` in the bytes may have been written over. */
function named(value: string, at: number, end: number): number {
  let next = at;
  let packed = 0;
  const last = Math.min(end, at + NAME_BYTES_MAX + 1);
  for (; next < last && LETTERS_AND_DIGITS[value.charCodeAt(next)] === 1; next++) {
    if (next < at + LOOSE_BYTES_MAX) packed = packed * 256 + (value.charCodeAt(next) | 0x20);
  }
  const width = next - at;
  if (width < 2 || width > NAME_BYTES_MAX) return -1;
  referenceEnd = next;
  const loose = width <= LOOSE_BYTES_MAX ? LOOSE_ENTITIES.get(packed) : undefined;
  if (loose !== undefined) return loose;
  return next < end && value.charCodeAt(next) === SEMICOLON ? (STRICT_ENTITIES.get(value.slice(at, next)) ?? -1) : -1;
}
