import { byteRange, byteSet, byteUnion, DIGITS, LOWER, UPPER } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const PLAIN = byteUnion(DIGITS, LOWER, UPPER, byteSet("*"));
const TOUCHES = byteRange(0, 255).map((_, byte) => (PLAIN[byte] === 1 ? 0 : 1));
const HEX_DIGITS = Buffer.from("0123456789abcdef", "latin1");

/** Everything but letters, digits and `*` as `%hh`, a space as `+`. */
export const urlEncode: Transform = { name: "urlEncode", apply, touches: TOUCHES };

function apply(value: string): string {
  let escaped = 0;
  for (let at = 0; at < value.length; at++) if (PLAIN[value.charCodeAt(at)] === 0) escaped++;
  if (escaped === 0) return value;
  const bytes = Buffer.allocUnsafe(value.length + 2 * escaped);
  let write = 0;
  for (let at = 0; at < value.length; at++) {
    const byte = value.charCodeAt(at);
    if (PLAIN[byte] === 1 || byte === 0x20) {
      bytes[write++] = byte === 0x20 ? 0x2b : byte;
      continue;
    }
    bytes[write++] = 0x25;
    bytes[write++] = HEX_DIGITS[byte >> 4] ?? 0;
    bytes[write++] = HEX_DIGITS[byte & 15] ?? 0;
  }
  return bytes.toString("latin1", 0, write);
}
