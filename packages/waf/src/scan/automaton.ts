// Aho and Corasick, "Efficient string matching" (1975), as one dense table: no failure link is followed while a value is read.
//
// A state is the offset of its row in the table, so that a step is one addition and one look-up. States at which a word ends
// come last: "does a word end here?" is then one comparison and touches no memory.

import { FREQUENT_FIRST } from "../text/index.ts";

/** The rows of the automaton that finds every word of a list. */
export interface Automaton {
  /** 256 entries: the column of a byte. Upper and lower case share one. */
  readonly columns: Uint8Array;
  /** `table[state + column]` is the next state. The root is state 0. */
  readonly table: Uint16Array | Uint32Array;
  readonly width: number;
  /** The first state at which a word ends. */
  readonly firstEnding: number;
  /** `endings[(state - firstEnding) / width]`: the words that end there, longest first. */
  readonly endings: readonly Uint32Array[];
}

/** A table whose offsets fit in 16 bits takes half the memory, and half the cache. */
const SMALL_TABLE_ENTRIES_MAX = 65_536;

/** The words as a tree; children are linked lists, because most nodes have one. */
interface Tree {
  readonly firstChild: Int32Array;
  readonly nextSibling: Int32Array;
  /** The column of the byte that leads to a node. */
  readonly column: Uint8Array;
  /** The words that end at a node, longest first. */
  readonly words: number[][];
}

/** Builds the automaton of these words; none of them may be empty. */
export function createAutomaton(words: readonly string[]): Automaton {
  const columns = columnsOf(words);
  const width = Math.ceil((Math.max(...columns) + 1) / LINE_ENTRIES) * LINE_ENTRIES;
  const tree = plant(words, columns);
  const { order, suffix } = link(tree);
  return arrange(tree, order, suffix, columns, width);
}

/** A byte, with A–Z read as a–z. */
function folded(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code & 0xff;
}

/** Entries of a row come to whole lines of a cache. */
const LINE_ENTRIES = 16;

/** Column 0 is for all bytes that stand in no word. */
function columnsOf(words: readonly string[]): Uint8Array {
  const used = new Uint8Array(256);
  for (const word of words) for (let at = 0; at < word.length; at++) used[folded(word.charCodeAt(at))] = 1;
  const columns = new Uint8Array(256);
  let column = 0;
  // 230 bytes at most are left once upper case is folded: a column always fits in a byte.
  for (const code of FREQUENT_FIRST) if (used[code] === 1) columns[code] = ++column;
  for (let code = 0x41; code <= 0x5a; code++) columns[code] = columns[code + 0x20] ?? 0;
  return columns;
}

function plant(words: readonly string[], columns: Uint8Array): Tree {
  const nodesMax = words.reduce((sum, word) => sum + word.length, 1);
  const tree: Tree = {
    firstChild: new Int32Array(nodesMax),
    nextSibling: new Int32Array(nodesMax),
    column: new Uint8Array(nodesMax),
    words: [[]],
  };
  words.forEach((word, index) => {
    let node = 0;
    for (let at = 0; at < word.length; at++) node = grow(tree, node, columns[word.charCodeAt(at) & 0xff] ?? 0);
    tree.words[node]?.push(index);
  });
  return tree;
}

/** The child over a column, or 0: the root is nobody's child. */
function childOf({ firstChild, nextSibling, column }: Tree, node: number, wanted: number): number {
  let child = firstChild[node] ?? 0;
  while (child !== 0 && column[child] !== wanted) child = nextSibling[child] ?? 0;
  return child;
}

function grow(tree: Tree, node: number, column: number): number {
  const known = childOf(tree, node, column);
  if (known !== 0) return known;
  const child = tree.words.push([]) - 1;
  tree.column[child] = column;
  tree.nextSibling[child] = tree.firstChild[node] ?? 0;
  tree.firstChild[node] = child;
  return child;
}

/** Breadth first: finds for each node the longest proper suffix that is a node as well, and takes over the words that end there. */
function link(tree: Tree): { order: Int32Array; suffix: Int32Array } {
  const { firstChild, nextSibling, column, words } = tree;
  const order = new Int32Array(words.length);
  const suffix = new Int32Array(words.length);
  let filled = 1;
  for (let read = 0; read < filled; read++) {
    const node = order[read] ?? 0;
    const ending = words[suffix[node] ?? 0] ?? [];
    if (node !== 0 && ending.length > 0) words[node]?.push(...ending);
    for (let child = firstChild[node] ?? 0; child !== 0; child = nextSibling[child] ?? 0) {
      order[filled++] = child;
      if (node !== 0) suffix[child] = step(tree, suffix, suffix[node] ?? 0, column[child] ?? 0);
    }
  }
  return { order, suffix };
}

function step(tree: Tree, suffix: Int32Array, from: number, column: number): number {
  let node = from;
  for (;;) {
    const child = childOf(tree, node, column);
    if (child !== 0 || node === 0) return child;
    node = suffix[node] ?? 0;
  }
}

/** Gives the states their places: the root first, those at which a word ends last. A row is that of its suffix but for its own children. */
function arrange(tree: Tree, order: Int32Array, suffix: Int32Array, columns: Uint8Array, width: number): Automaton {
  const { firstChild, nextSibling, column, words } = tree;
  const silent = order.filter((node) => words[node]?.length === 0);
  const ending = order.filter((node) => (words[node]?.length ?? 0) > 0);
  const places = new Int32Array(order.length);
  for (let place = 0; place < silent.length; place++) places[silent[place] ?? 0] = place * width;
  for (let place = 0; place < ending.length; place++) places[ending[place] ?? 0] = (silent.length + place) * width;
  const entries = order.length * width;
  const table = entries <= SMALL_TABLE_ENTRIES_MAX ? new Uint16Array(entries) : new Uint32Array(entries);
  for (let index = 0; index < order.length; index++) {
    const node = order[index] ?? 0;
    const row = places[node] ?? 0;
    const shorter = places[suffix[node] ?? 0] ?? 0;
    if (node !== 0) table.copyWithin(row, shorter, shorter + width);
    for (let child = firstChild[node] ?? 0; child !== 0; child = nextSibling[child] ?? 0) {
      table[row + (column[child] ?? 0)] = places[child] ?? 0;
    }
  }
  const endings = Array.from(ending, (node) => Uint32Array.from(words[node] ?? []));
  return { columns, table, width, firstEnding: silent.length * width, endings };
}
