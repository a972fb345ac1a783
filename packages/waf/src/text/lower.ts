import { UPPER } from "./bytes.ts";

/** Below this, V8's own conversion is faster than to copy the value out and back. */
const SHORT_BYTES = 64;
/** Longer values get memory of their own. */
const BENCH_BYTES = 65_536;
const bench = Buffer.allocUnsafeSlow(BENCH_BYTES);

/** Lower case for A to Z alone: other bytes may be parts of characters. The same string where nothing changes. */
export function lowerAscii(value: string): string {
  if (value.length > SHORT_BYTES) return lowerWords(value);
  let isAscii = true;
  let hasUpper = false;
  for (let at = 0; at < value.length; at++) {
    const byte = value.charCodeAt(at);
    if (byte > 0x7f) isAscii = false;
    else if (UPPER[byte] === 1) hasUpper = true;
  }
  if (!hasUpper) return value;
  return isAscii ? value.toLowerCase() : lowerWords(value);
}

/** Four bytes at a time: in each, bit 7 of `upper` is set where it is one of A to Z. */
function lowerWords(value: string): string {
  const size = (value.length + 3) & ~3;
  const bytes = size <= BENCH_BYTES ? bench : Buffer.allocUnsafeSlow(size);
  bytes.write(value, 0, "latin1");
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, size >> 2);
  let anyUpper = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? 0;
    const low = word & 0x7f7f7f7f;
    const upper = (low + 0x3f3f3f3f) & ~(low + 0x25252525) & ~word & 0x80808080;
    anyUpper |= upper;
    words[at] = word | (upper >>> 2);
  }
  return anyUpper === 0 ? value : bytes.toString("latin1", 0, value.length);
}
