import { compareBytes, Fault } from "../kit/index.ts";
import type { Present } from "./kinds/kind.ts";

/**
 * The one order of values, as the store's engines have it: numbers by size, text by its UTF-8 bytes, bytes by unsigned bytes.
 * Negative, zero or positive. Two types that cannot meet are a mistake of ours, and so a Fault instead of an answer.
 */
export function compareValues(a: Present, b: Present): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  throw new Fault("internal", "Two values of different types were compared.");
}

export function equalValues(a: Present, b: Present): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalShort(a, b);
  return typeof a === typeof b && typeof a !== "object" ? a === b : compareValues(a, b) === 0;
}

/** Ids are 16 bytes: for so few, a loop is done before a call into the runtime has begun. */
function equalShort(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

/** UTF-16 orders surrogates before U+E000…U+FFFF, UTF-8 after them: shifting the units makes both orders the same. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const unitA = a.charCodeAt(at);
    const unitB = b.charCodeAt(at);
    if (unitA !== unitB) return byteRank(unitA) - byteRank(unitB);
  }
  return a.length - b.length;
}

const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;
const UNIT_SPAN = 0x10000;

function byteRank(unit: number): number {
  return unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE ? unit + UNIT_SPAN : unit;
}
