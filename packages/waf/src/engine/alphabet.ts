// Which bytes occur in a value decides which transformations can change it and which tests can be true of it. All the byte sets that
// were asked for at load split the 256 bytes into a few classes that no set tells apart; a value is then described by two words.

/** The classes of bytes, as bits: 32 in `low`, 21 in `high` (so that both fit into one exact number). */
export interface ByteMask {
  readonly low: number;
  readonly high: number;
}

export interface Alphabet {
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The mask that meets the mask of every value in which a byte of the set occurs. Exact for the sets the alphabet was made of. */
  maskOf(set: Uint8Array): ByteMask;
}

export const EVERY_BYTE: ByteMask = { low: -1, high: 0x1fffff };
export const NO_BYTE: ByteMask = { low: 0, high: 0 };

const LOW_BITS = 32;
const CLASSES_MAX = 53;

/** Splits the bytes by as many of the sets as 53 classes can tell apart; the others' masks then say too much, never too little. */
export function createAlphabet(sets: readonly Uint8Array[]): Alphabet {
  const classOf = classesOf(sets);
  const low = new Int32Array(256);
  const high = new Int32Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    const number = classOf[byte] ?? 0;
    if (number < LOW_BITS) low[byte] = 1 << number;
    else high[byte] = 1 << (number - LOW_BITS);
  }
  return { low, high, maskOf: (set) => union(set, low, high) };
}

/** One mask that meets whatever one of the two meets. */
export function joinMasks(one: ByteMask, other: ByteMask): ByteMask {
  return { low: one.low | other.low, high: one.high | other.high };
}

function union(set: Uint8Array, low: Int32Array, high: Int32Array): ByteMask {
  let ofLow = 0;
  let ofHigh = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    if (set[byte] === 0) continue;
    ofLow |= low[byte] ?? 0;
    ofHigh |= high[byte] ?? 0;
  }
  return { low: ofLow, high: ofHigh };
}

function classesOf(sets: readonly Uint8Array[]): Uint8Array {
  let classOf = new Uint8Array(256);
  for (const set of sets) {
    const refined = refine(classOf, set);
    if (refined !== undefined) classOf = refined;
  }
  return classOf;
}

function refine(classOf: Uint8Array, set: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const numbers = new Map<number, number>();
  const refined = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte += 1) {
    const key = (classOf[byte] ?? 0) * 2 + (set[byte] === 0 ? 0 : 1);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    refined[byte] = number;
  }
  return numbers.size <= CLASSES_MAX ? refined : undefined;
}
