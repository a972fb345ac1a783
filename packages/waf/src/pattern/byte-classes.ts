import { FREQUENT_FIRST } from "../text/index.ts";
import type { ByteSet } from "./byte-set.ts";

/** A set of bytes, and whether the edge of the text counts as a member. */
export interface SetWithEdge {
  readonly bytes: ByteSet;
  readonly edge: boolean;
}

/** Splits the 256 bytes until every set is a union of classes. */
export function classesOf(sets: readonly SetWithEdge[]): { classes: Uint8Array; classCount: number } {
  let classes = new Uint8Array(256);
  let classCount = 1;
  for (const { bytes } of sets) {
    const places = new Int16Array(classCount * 2).fill(-1);
    const split = new Uint8Array(256);
    let count = 0;
    for (let code = 0; code < 256; code++) {
      const slot = (classes[code] ?? 0) * 2 + (bytes[code] ?? 0);
      if ((places[slot] ?? -1) < 0) places[slot] = count++;
      split[code] = places[slot] ?? 0;
    }
    classes = split;
    classCount = count;
  }
  return { classes: inOrder(classes, classCount), classCount };
}

/** The same classes with other numbers: those of the bytes that are read most often come first in a row. */
function inOrder(classes: Uint8Array, classCount: number): Uint8Array {
  const numbers = new Int16Array(classCount).fill(-1);
  let count = 0;
  for (const code of FREQUENT_FIRST) if (numbers[classes[code] ?? 0] === -1) numbers[classes[code] ?? 0] = count++;
  return classes.map((number) => numbers[number] ?? 0);
}

/** `members[set * (classCount + 1) + class]` is 1 where the set holds the class; the last column is the edge. */
export function membersOf(sets: readonly SetWithEdge[], classes: Uint8Array, classCount: number): Uint8Array {
  const width = classCount + 1;
  const members = new Uint8Array(sets.length * width);
  sets.forEach(({ bytes, edge }, set) => {
    for (let code = 0; code < 256; code++) members[set * width + (classes[code] ?? 0)] = bytes[code] ?? 0;
    members[set * width + classCount] = edge ? 1 : 0;
  });
  return members;
}
