// Sets of bytes: 256 entries, 1 where the byte is in it. Made once and not changed after.

export type ByteSet = Uint8Array;

export const SPACE_BYTES: ByteSet = ofText("\t\n\v\f\r ");
export const WORD_BYTES: ByteSet = joined(joined(ofRange(0x30, 0x39), ofRange(0x41, 0x5a)), joined(ofRange(0x61, 0x7a), ofText("_")));
export const DIGIT_BYTES: ByteSet = ofRange(0x30, 0x39);
export const ALL_BYTES: ByteSet = ofRange(0, 0xff);

export function ofText(text: string): ByteSet {
  const set = new Uint8Array(256);
  for (let at = 0; at < text.length; at++) set[text.charCodeAt(at) & 0xff] = 1;
  return set;
}

export function ofRange(first: number, last: number): ByteSet {
  return new Uint8Array(256).fill(1, first, last + 1);
}

export function joined(left: ByteSet, right: ByteSet): ByteSet {
  return left.map((bit, code) => bit | (right[code] ?? 0));
}

export function without(set: ByteSet): ByteSet {
  return set.map((bit) => 1 - bit);
}

export function sizeOf(set: ByteSet): number {
  let size = 0;
  for (const bit of set) size += bit;
  return size;
}

/** The set with both cases of each ASCII letter in it. */
export function withBothCases(set: ByteSet): ByteSet {
  const both = set.slice();
  for (let upper = 0x41; upper <= 0x5a; upper++) {
    const bit = (set[upper] ?? 0) | (set[upper + 0x20] ?? 0);
    both[upper] = bit;
    both[upper + 0x20] = bit;
  }
  return both;
}

/** The bytes of a set, rising. */
export function bytesOf(set: ByteSet): readonly number[] {
  const bytes: number[] = [];
  for (let code = 0; code < 256; code++) if (set[code] === 1) bytes.push(code);
  return bytes;
}
