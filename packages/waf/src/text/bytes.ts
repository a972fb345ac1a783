// Byte classes. A set has 256 entries, 1 where the byte is in it; a byte string is a string whose characters are all below U+0100.

export function byteSet(members: string): Uint8Array {
  const set = new Uint8Array(256);
  for (let at = 0; at < members.length; at++) set[members.charCodeAt(at)] = 1;
  return set;
}

/** Every byte from `first` to `last`, both included. */
export function byteRange(first: number, last: number): Uint8Array {
  return new Uint8Array(256).fill(1, first, last + 1);
}

export function byteUnion(...sets: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(256).map((_, byte) => (sets.some((set) => set[byte] === 1) ? 1 : 0));
}

/** isspace() of the C locale: tab, newline, vertical tab, form feed, return, space. */
export const SPACES: Uint8Array = byteSet("\t\n\v\f\r ");
export const UPPER: Uint8Array = byteRange(0x41, 0x5a);
export const LOWER: Uint8Array = byteRange(0x61, 0x7a);
export const DIGITS: Uint8Array = byteRange(0x30, 0x39);
/** Everything that is not ASCII. */
export const HIGH: Uint8Array = byteRange(0x80, 0xff);
/** Letters, digits and the underscore: `\w` over bytes. */
export const WORD: Uint8Array = byteUnion(UPPER, LOWER, DIGITS, byteSet("_"));

/** What a hexadecimal digit is worth, by its byte; -1 where it is none. */
export const HEX_VALUE: Int8Array = hexValues();

function hexValues(): Int8Array {
  const values = new Int8Array(256).fill(-1);
  for (let digit = 0; digit < 16; digit++) {
    values[digit.toString(16).charCodeAt(0)] = digit;
    values[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
  }
  return values;
}

/** What the hexadecimal digit at `at` is worth; -1 where there is none or the value has ended. */
export function hexAt(value: string, at: number): number {
  return at < value.length ? (HEX_VALUE[value.charCodeAt(at) & 0xff] ?? -1) : -1;
}

/** What `count` hexadecimal digits from `at` on are worth, before `end`; -1 where not all of them are there. */
export function hexNumberAt(bytes: Uint8Array, at: number, count: number, end: number): number {
  if (at + count > end) return -1;
  let number = 0;
  for (let digit = at; digit < at + count; digit++) {
    const worth = HEX_VALUE[bytes[digit] as number] as number;
    if (worth < 0) return -1;
    number = number * 16 + worth;
  }
  return number;
}

/** The place of the first byte of the set from `from` on; -1 where there is none. */
export function findByte(value: string, set: Uint8Array, from = 0): number {
  for (let at = from; at < value.length; at++) if (set[value.charCodeAt(at)] === 1) return at;
  return -1;
}

/** The place of the first of these characters; -1 where there is none. For few of them: each is looked for on its own, at the speed of memory. */
export function findAny(value: string, characters: readonly string[]): number {
  let first = -1;
  for (const character of characters) {
    const at = value.indexOf(character);
    if (at >= 0 && (first < 0 || at < first)) first = at;
  }
  return first;
}

/** Every byte replaced by its entry of the table. The same string where nothing changes. */
export function mapBytes(value: string, table: Uint8Array): string {
  let first = 0;
  while (first < value.length && table[value.charCodeAt(first)] === value.charCodeAt(first)) first++;
  if (first === value.length) return value;
  const bytes = Buffer.from(value, "latin1");
  for (let at = first; at < bytes.length; at++) bytes[at] = table[bytes[at] ?? 0] ?? 0;
  return bytes.toString("latin1");
}
