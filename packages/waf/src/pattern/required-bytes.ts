import type { ByteSet } from "./byte-set.ts";
import { frequencyOfBytes } from "./honest-text.ts";
import type { Node } from "./tree.ts";

/** More sets than this are not followed through a node. */
const SETS_MAX = 6;
/** A set that most bytes of honest values are in rules out nothing. */
const FREQUENCY_MAX = 0.9;

/** Sets of bytes of each of which every match holds a byte, the rarest in honest values first; none where a match may be empty. */
export function requiredBytes(node: Node): readonly ByteSet[] {
  switch (node.kind) {
    case "set":
      return frequencyOfBytes(node.bytes) > FREQUENCY_MAX ? [] : [node.bytes];
    case "sequence":
      return rarestFirst(node.parts.flatMap(requiredBytes));
    case "choice":
      return requiredByAll(node.parts.map(requiredBytes));
    case "repeat":
      return node.least > 0 ? requiredBytes(node.body) : [];
    case "group":
    case "atomic":
      return requiredBytes(node.body);
    default:
      return [];
  }
}

function rarestFirst(sets: readonly ByteSet[]): readonly ByteSet[] {
  const kept: ByteSet[] = [];
  for (const set of sets) {
    const frequency = frequencyOfBytes(set);
    let place = kept.length;
    while (place > 0 && frequencyOfBytes(kept[place - 1] ?? set) > frequency) place--;
    if (place >= SETS_MAX || kept.some((other) => other === set || isSame(other, set))) continue;
    kept.splice(place, 0, set);
    if (kept.length > SETS_MAX) kept.pop();
  }
  return kept;
}

/** Whichever branch matches, its n-th set is part of the n-th union. */
function requiredByAll(branches: readonly (readonly ByteSet[])[]): readonly ByteSet[] {
  const count = Math.min(...branches.map((sets) => sets.length));
  const unions: ByteSet[] = [];
  for (let index = 0; index < count; index++) {
    const different = new Set(branches.map((sets) => sets[index]));
    const union = new Uint8Array(256);
    for (const set of different) for (let code = 0; code < 256; code++) union[code] = (union[code] ?? 0) | (set?.[code] ?? 0);
    if (frequencyOfBytes(union) <= FREQUENCY_MAX) unions.push(union);
  }
  return rarestFirst(unions);
}

function isSame(left: ByteSet, right: ByteSet): boolean {
  return frequencyOfBytes(left) === frequencyOfBytes(right) && left.every((bit, code) => bit === right[code]);
}
