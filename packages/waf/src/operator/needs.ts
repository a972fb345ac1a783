// What a value must hold before an operator can be true of it.
import { lowerAscii, type Needs } from "../text/index.ts";

export const ANYTHING: Needs = { kind: "anything" };
/** No value has a byte of an empty set. */
export const NOTHING: Needs = { kind: "bytes", bytes: new Uint8Array(256) };

/** A literal of one byte is a byte set: the scan knows words of two bytes and more. */
const LITERAL_BYTES_MIN = 2;

/** At least one of these words; case is left to the test. */
export function needsAnyOf(words: readonly string[]): Needs {
  if (words.length === 0) return NOTHING;
  if (words.includes("")) return ANYTHING;
  if (words.every((word) => word.length >= LITERAL_BYTES_MIN)) return { kind: "literals", literals: [...new Set(words.map(lowerAscii))] };
  const bytes = new Uint8Array(256);
  for (const word of words) for (const first of bothCases(word.charCodeAt(0))) bytes[first] = 1;
  return { kind: "bytes", bytes };
}

function bothCases(byte: number): readonly number[] {
  const folded = byte | 0x20;
  return folded >= 0x61 && folded <= 0x7a ? [folded, folded - 0x20] : [byte];
}

/** At least one byte of the set; without a set nothing is known. */
export function needsAnyByte(bytes: Uint8Array | undefined): Needs {
  return bytes === undefined ? ANYTHING : { kind: "bytes", bytes };
}
