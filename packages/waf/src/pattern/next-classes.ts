import { DONE, FORK, LOOK_AHEAD, type Program, READ } from "./program.ts";

/** For each state, the classes (and the edge) with which anything that begins there can go on: bit c of row s. */
export interface NextClasses {
  /** Words of 32 bits in a row. */
  readonly words: number;
  /** `bits[state * words + (class >> 5)]`. */
  readonly bits: Int32Array;
}

/** Works the classes out from the end of the program to its entry, until loops add nothing more. */
export function nextClasses(program: Program): NextClasses {
  const { operation, classCount } = program;
  const words = (classCount >> 5) + 1;
  const bits = new Int32Array(operation.length * words);
  for (let isChanging = true; isChanging; ) {
    isChanging = false;
    for (let state = 0; state < operation.length; state++) isChanging = update(program, bits, words, state) || isChanging;
  }
  return { words, bits };
}

/** States are numbered from the end: what a state leads to is known when its turn comes, but for loops. */
function update(program: Program, bits: Int32Array, words: number, state: number): boolean {
  const kind = program.operation[state] ?? DONE;
  const next = (program.to[state] ?? 0) * words;
  const other = (kind === FORK ? (program.or[state] ?? 0) : (program.to[state] ?? 0)) * words;
  let isChanged = false;
  for (let word = 0; word < words; word++) {
    const own = kind === READ || kind === LOOK_AHEAD ? membersWord(program, program.with[state] ?? 0, word) : -1;
    const behind = kind === DONE || kind === READ ? -1 : (bits[next + word] ?? 0) | (bits[other + word] ?? 0);
    const all = own & behind;
    if (all === bits[state * words + word]) continue;
    bits[state * words + word] = all;
    isChanged = true;
  }
  return isChanged;
}

function membersWord({ members, classCount }: Program, set: number, word: number): number {
  let bits = 0;
  const row = set * (classCount + 1);
  for (let column = word * 32; column < Math.min(word * 32 + 32, classCount + 1); column++) {
    if (members[row + column] === 1) bits |= 1 << (column & 31);
  }
  return bits;
}
