import { findByte, HIGH } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const HEX_DIGITS = Buffer.from("0123456789abcdef", "latin1");

/**
 * Characters of UTF-8 become `%uHHHH`, which urlDecodeUni then folds to ASCII. Overlong forms count as what they stand for: decoders that
 * take them are what an attacker looks for. What is no UTF-8 stays, and so do characters above U+FFFF, which have no such form.
 */
export const utf8toUnicode: Transform = { name: "utf8toUnicode", apply, touches: HIGH };

function apply(value: string): string {
  const first = findByte(value, HIGH);
  if (first < 0) return value;
  // Two bytes become six at worst.
  const bytes = Buffer.allocUnsafe(first + 3 * (value.length - first));
  bytes.write(value.slice(0, first), 0, "latin1");
  let write = first;
  for (let at = first; at < value.length; ) {
    const lead = value.charCodeAt(at);
    const code = lead < 0x80 ? -1 : codeAt(value, at, lead);
    if (code < 0) {
      bytes[write++] = lead;
      at++;
      continue;
    }
    bytes[write] = 0x25;
    bytes[write + 1] = 0x75;
    bytes[write + 2] = HEX_DIGITS[code >> 12] ?? 0;
    bytes[write + 3] = HEX_DIGITS[(code >> 8) & 15] ?? 0;
    bytes[write + 4] = HEX_DIGITS[(code >> 4) & 15] ?? 0;
    bytes[write + 5] = HEX_DIGITS[code & 15] ?? 0;
    write += 6;
    at += lead < 0xe0 ? 2 : 3;
  }
  const text = bytes.toString("latin1", 0, write);
  return text === value ? value : text;
}

/** The code of the two or three bytes at `at`; -1 where they are none. */
function codeAt(value: string, at: number, lead: number): number {
  if (lead < 0xc0 || lead > 0xef) return -1;
  const second = continuation(value, at + 1);
  if (second < 0) return -1;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | second;
  const third = continuation(value, at + 2);
  return third < 0 ? -1 : ((lead & 0x0f) << 12) | (second << 6) | third;
}

function continuation(value: string, at: number): number {
  if (at >= value.length) return -1;
  const byte = value.charCodeAt(at);
  return (byte & 0xc0) === 0x80 ? byte & 0x3f : -1;
}
