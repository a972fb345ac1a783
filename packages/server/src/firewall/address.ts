import ipaddr from "ipaddr.js";

/** An address as its bytes: 4 for IPv4 (also when it came mapped into IPv6), 16 for IPv6. */
export interface Address {
  readonly bytes: Uint8Array;
}

/** A block of addresses: those that share the first `bits` bits. */
export interface Network extends Address {
  readonly bits: number;
}

const ADDRESS_CHARACTERS_MAX = 45;
const PREFIX_CHARACTERS_MAX = 4;
const MAPPED_BITS = 96;
const V4_BYTES = 4;
/** One host holds a whole IPv6 /64 and may change addresses in it at will, so it counts as one address. */
const V6_HOST_BYTES = 8;
const V4_PREFIX_BYTES = 3;
const V6_PREFIX_BYTES = 7;

/**
 * Reads one address; `undefined` for anything that is not plainly one: zone ids, octal or short forms, spaces, ports.
 * IPv4 mapped into IPv6 is the IPv4 address that it is.
 */
export function readAddress(text: string): Address | undefined {
  const parsed = parse(text);
  return parsed && { bytes: Uint8Array.from(parsed.toByteArray()) };
}

/** Reads "10.0.0.0/8", "2001:db8::/32" or a single address. Bits beyond the prefix must be zero: a slip of the pen is not a network. */
export function readNetwork(text: string): Network | undefined {
  const [address = "", prefix, ...rest] = text.split("/");
  if (rest.length > 0 || (prefix !== undefined && !/^(0|[1-9]\d{0,2})$/.test(prefix))) return undefined;
  const read = readAddress(address);
  if (read === undefined) return undefined;
  const isMapped = address.includes(":") && read.bytes.length === V4_BYTES;
  const bits = prefix === undefined ? read.bytes.length * 8 : Number(prefix) - (isMapped ? MAPPED_BITS : 0);
  if (bits < 0 || bits > read.bytes.length * 8 || hasBitsAfter(read.bytes, bits)) return undefined;
  return { bytes: read.bytes, bits };
}

/** What the limits "per address" count by. */
export function hostBytes({ bytes }: Address): Uint8Array {
  return bytes.length === V4_BYTES ? bytes : bytes.subarray(0, V6_HOST_BYTES);
}

/** What the limits "per prefix" count by: /24 and /56. */
export function prefixBytes({ bytes }: Address): Uint8Array {
  return bytes.subarray(0, bytes.length === V4_BYTES ? V4_PREFIX_BYTES : V6_PREFIX_BYTES);
}

export const NETWORK_CHARACTERS_MAX = ADDRESS_CHARACTERS_MAX + PREFIX_CHARACTERS_MAX;

function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (text.length > ADDRESS_CHARACTERS_MAX) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(":") || text.includes("%") || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function hasBitsAfter(bytes: Uint8Array, bits: number): boolean {
  return bytes.some((byte, index) => (byte & (0xff >> Math.min(8, Math.max(0, bits - index * 8)))) !== 0);
}
