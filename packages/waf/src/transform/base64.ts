import { done, work } from "../text/index.ts";

// What a byte is worth that is no digit.
const LINE_BREAK = 64;
const NO_DIGIT = 65;

/** What each byte of base64 is worth (RFC 4648 §4); above 63 it is no digit. */
const STRICT = digits("+/");
/** With the alphabet for URLs besides (RFC 4648 §5). */
const FORGIVING = digits("+/-_");

/** Decodes as far as the digits reach; line breaks are passed over. */
export function decodeStrictly(value: string): string {
  return decode(value, STRICT, false);
}

/** Passes over everything that is no digit, as lenient decoders do: what stands behind it would be hidden otherwise. */
export function decodeForgivingly(value: string): string {
  return decode(value, FORGIVING, true);
}

function decode(value: string, worth: Uint8Array, forgiving: boolean): string {
  const bytes = work(value);
  let write = 0;
  let bits = 0;
  let held = 0;
  for (let at = 0; at < value.length; at++) {
    const digit = worth[bytes[at] ?? 0] ?? NO_DIGIT;
    if (digit > 63) {
      if (forgiving || digit === LINE_BREAK) continue;
      break;
    }
    bits = ((bits << 6) | digit) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[write++] = (bits >> held) & 0xff;
  }
  return done(bytes, write, value);
}

function digits(lastTwo: string): Uint8Array {
  const worth = new Uint8Array(256).fill(NO_DIGIT);
  worth[0x0a] = LINE_BREAK;
  worth[0x0d] = LINE_BREAK;
  for (let digit = 0; digit < 26; digit++) {
    worth[0x41 + digit] = digit;
    worth[0x61 + digit] = 26 + digit;
  }
  for (let digit = 0; digit < 10; digit++) worth[0x30 + digit] = 52 + digit;
  for (let at = 0; at < lastTwo.length; at++) worth[lastTwo.charCodeAt(at)] = 62 + (at % 2);
  return worth;
}
