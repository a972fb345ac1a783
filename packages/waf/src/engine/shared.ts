import type { Value } from "./value.ts";

/** Short texts of one transaction, so that those which stand in it several times are looked at once. */
export interface Shared {
  get(text: string): Value | undefined;
  add(value: Value): void;
}

/** Longer texts are seldom sent twice in a request. */
const SHARED_LENGTH_MAX = 64;
/** Places of the first table; of a full one four times as many are made, up to the last. */
const PLACES_FIRST = 64;
const PLACES_MAX = 4_096;

/**
 * A place for each text, and the last one has it: a document has thousands of texts that stand in it once, and a map, which forgets nothing,
 * would cost more for each of them than is saved with the others.
 */
export function createShared(): Shared {
  let places: (Value | undefined)[] | undefined;
  let count = 0;

  return {
    get(text) {
      if (places === undefined || text.length > SHARED_LENGTH_MAX) return undefined;
      const value = places[placeOf(text) & (places.length - 1)];
      return value?.text === text ? value : undefined;
    },
    add(value) {
      if (value.text.length > SHARED_LENGTH_MAX) return;
      places ??= empty(PLACES_FIRST);
      count += 1;
      // What was remembered so far is lost: that costs less than to move it.
      if (count > places.length && places.length < PLACES_MAX) places = empty(places.length * 4);
      places[placeOf(value.text) & (places.length - 1)] = value;
    },
  };
}

function empty(places: number): (Value | undefined)[] {
  return new Array<Value | undefined>(places).fill(undefined);
}

/** Looks at four bytes and the length: names of the members of lists differ within, values at their ends. */
function placeOf(text: string): number {
  const end = text.length;
  if (end === 0) return 0;
  const ends = text.charCodeAt(0) * 0x3d + text.charCodeAt(end - 1) * 0x1f;
  return (ends + text.charCodeAt(end >> 1) * 0x89 + text.charCodeAt(end >> 2) * 0x101 + Math.imul(end, 0x2b)) | 0;
}
