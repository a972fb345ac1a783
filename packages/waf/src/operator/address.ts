import ipaddr from "ipaddr.js";

/** An address as sixteen bytes in four words; IPv4 stands where IPv6 maps it (RFC 4291 §2.5.5.2), so that `::ffff:10.0.0.1` is 10.0.0.1. */
export interface Address {
  readonly words: Uint32Array;
  readonly isV4: boolean;
}

/** No way to write an address is longer, a zone included. */
const ADDRESS_BYTES_MAX = 64;

/** Four decimal parts or IPv6 (RFC 4291 §2.2), nothing else: `127.1` and `0x7f.1` are no addresses here. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > ADDRESS_BYTES_MAX) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text))
    return { words: wordsOf(ipaddr.IPv4.parse(text).toIPv4MappedAddress().toByteArray()), isV4: true };
  const plain = withoutDots(text);
  return ipaddr.IPv6.isValid(plain) ? { words: wordsOf(ipaddr.IPv6.parse(plain).toByteArray()), isV4: false } : undefined;
}

/** An ending in decimal parts as two groups: ipaddr.js takes `::1.2.3.4` for the mapped `::ffff:1.2.3.4`, which is another address. */
function withoutDots(text: string): string {
  const tail = text.slice(text.lastIndexOf(":") + 1);
  if (!ipaddr.IPv4.isValidFourPartDecimal(tail)) return text;
  const [a = 0, b = 0, c = 0, d = 0] = ipaddr.IPv4.parse(tail).octets;
  return `${text.slice(0, -tail.length)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function wordsOf(bytes: readonly number[]): Uint32Array {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  return Uint32Array.from({ length: 4 }, (_, word) => view.getUint32(word * 4));
}
