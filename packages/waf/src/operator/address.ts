import { HEX_VALUE } from "../text/index.ts";

/** An address as sixteen bytes in four words; IPv4 stands where IPv6 maps it (RFC 4291 §2.5.5.2), so that `::ffff:10.0.0.1` is 10.0.0.1. */
export interface Address {
  readonly words: Uint32Array;
  readonly isV4: boolean;
}

/** No way to write an address is longer, a zone included. */
const ADDRESS_BYTES_MAX = 64;
/** The name of an interface behind an address (RFC 4007 §11). */
const ZONE = /^%[\w.-]+$/;
const GROUPS = 8;
const COLON = 0x3a;
const DOT = 0x2e;

/** Four decimal parts or IPv6 (RFC 4291 §2.2, a zone is passed over), nothing else: `127.1`, `0127.0.0.1` and `0x7f.1` are no addresses here. */
export function parseAddress(text: string): Address | undefined {
  if (text.length > ADDRESS_BYTES_MAX) return undefined;
  const v4 = parseV4(text, 0, text.length);
  if (v4 >= 0) return { words: Uint32Array.of(0, 0, 0xffff, v4), isV4: true };
  const zone = text.indexOf("%");
  if (zone >= 0 && !ZONE.test(text.slice(zone))) return undefined;
  const groups = parseV6(text, zone < 0 ? text.length : zone);
  if (groups === undefined) return undefined;
  return {
    words: Uint32Array.from({ length: 4 }, (_, word) => (groups[2 * word] ?? 0) * 0x10000 + (groups[2 * word + 1] ?? 0)),
    isV4: false,
  };
}

/** The number that four decimal parts between `from` and `end` are; -1 where they are none. */
function parseV4(text: string, from: number, end: number): number {
  let address = 0;
  let at = from;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(at++) !== DOT) return -1;
    const start = at;
    let number = 0;
    for (; at < end && at < start + 3; at++) {
      const digit = text.charCodeAt(at) - 0x30;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    // A zero in front means octal to some readers and nothing to others.
    if (at === start || number > 255 || (text.charCodeAt(start) === 0x30 && at > start + 1)) return -1;
    address = address * 256 + number;
  }
  return at === end ? address : -1;
}

/** Eight groups; undefined where they are no address. */
function parseV6(text: string, end: number): Uint16Array | undefined {
  const groups = new Uint16Array(GROUPS);
  let count = 0;
  let gap = -1;
  let at = 0;
  if (text.startsWith("::")) {
    gap = 0;
    at = 2;
  }
  while (at < end) {
    const width = readGroup(text, at, end);
    if (width === 0 || count === GROUPS) return undefined;
    if (text.charCodeAt(at + width) === DOT && at + width < end) return withV4(groups, count, gap, parseV4(text, at, end));
    groups[count++] = Number.parseInt(text.slice(at, at + width), 16);
    at += width;
    if (at === end) break;
    if (text.charCodeAt(at) !== COLON || at + 1 === end) return undefined;
    at++;
    if (text.charCodeAt(at) !== COLON) continue;
    if (gap >= 0) return undefined;
    gap = count;
    at++;
  }
  return spread(groups, count, gap);
}

/** How many hexadecimal digits begin at `at`; 0 for none or too many of them. */
function readGroup(text: string, at: number, end: number): number {
  let width = 0;
  while (at + width < end && width < 5 && (HEX_VALUE[text.charCodeAt(at + width) & 0xff] ?? -1) >= 0) width++;
  return width > 4 ? 0 : width;
}

/** The last two groups in decimal parts. */
function withV4(groups: Uint16Array, count: number, gap: number, v4: number): Uint16Array | undefined {
  if (v4 < 0 || count > GROUPS - 2) return undefined;
  groups[count] = v4 >>> 16;
  groups[count + 1] = v4 & 0xffff;
  return spread(groups, count + 2, gap);
}

/** The groups behind `::` moved to the end; it stands for at least one group. */
function spread(groups: Uint16Array, count: number, gap: number): Uint16Array | undefined {
  if (gap < 0) return count === GROUPS ? groups : undefined;
  if (count === GROUPS) return undefined;
  groups.copyWithin(GROUPS - (count - gap), gap, count);
  return groups.fill(0, gap, GROUPS - (count - gap));
}
