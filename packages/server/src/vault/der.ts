import { concatBytes, utf8 } from "../kit/index.ts";

/** The few words of DER (X.690) that a certificate is written with. */
const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
} as const;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return value(TAGS.sequence, ...parts);
}

export function setOf(part: Uint8Array): Uint8Array {
  return value(TAGS.set, part);
}

export function octetString(...parts: readonly Uint8Array[]): Uint8Array {
  return value(TAGS.octetString, ...parts);
}

export function utf8String(text: string): Uint8Array {
  return value(TAGS.utf8, utf8(text));
}

export function trueValue(): Uint8Array {
  return value(TAGS.boolean, new Uint8Array([0xff]));
}

/** A number that is not negative, from its big-endian bytes. */
export function integer(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? new Uint8Array([0]) : bytes.subarray(first);
  const isNegative = ((digits[0] ?? 0) & 0x80) !== 0;
  return value(TAGS.integer, ...(isNegative ? [new Uint8Array([0]), digits] : [digits]));
}

export function bitString(bytes: Uint8Array, { unusedBits = 0 }: { readonly unusedBits?: number } = {}): Uint8Array {
  return value(TAGS.bitString, new Uint8Array([unusedBits]), bytes);
}

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return value(TAGS.oid, new Uint8Array([first * 40 + second, ...rest.flatMap(base128)]));
}

/** RFC 5280 §4.1.2.5: two-digit years up to 2049. */
export function time(ms: number): Uint8Array {
  const digits = `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/g, "")}Z`;
  return digits < "2050" ? value(UTC_TIME, utf8(digits.slice(2))) : value(GENERALIZED_TIME, utf8(digits));
}

export function context(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return value(CONTEXT | CONSTRUCTED | tag, ...parts);
}

export function contextBytes(tag: number, bytes: Uint8Array): Uint8Array {
  return value(CONTEXT | tag, bytes);
}

function value(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return concatBytes([new Uint8Array([tag, ...lengthBytes(bytes)]), ...parts]);
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function base128(arc: number): readonly number[] {
  const groups = [arc & 0x7f];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift(0x80 | (rest & 0x7f));
  return groups;
}
