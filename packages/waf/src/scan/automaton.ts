// Aho and Corasick, "Efficient string matching" (1975), as one dense table: no failure link is followed while a value is read.
//
// A state is the offset of its row in the table, so that a step is one addition and one look-up. States at which a word ends
// come last: "does a word end here?" is then one comparison and touches no memory.

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

interface Draft {
  /** `next[node * width + column]`, -1 where there is none. */
  next: Int32Array;
  readonly words: number[][];
}

/** Builds the automaton of these words; none of them may be empty. */
export function createAutomaton(words: readonly string[]): Automaton {
  const columns = columnsOf(words);
  const width = Math.max(...columns) + 1;
  const draft = plant(words, columns, width);
  const order = link(draft, width);
  return arrange(draft, order, columns, width);
}

/** A byte, with A–Z read as a–z. */
function folded(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code & 0xff;
}

/** Column 0 is for all bytes that stand in no word. */
function columnsOf(words: readonly string[]): Uint8Array {
  const used = new Uint8Array(256);
  for (const word of words) for (let at = 0; at < word.length; at++) used[folded(word.charCodeAt(at))] = 1;
  const columns = new Uint8Array(256);
  let column = 0;
  // 230 bytes at most are left once upper case is folded: a column always fits in a byte.
  for (let code = 0; code < 256; code++) if (used[code] === 1) columns[code] = ++column;
  for (let code = 0x41; code <= 0x5a; code++) columns[code] = columns[code + 0x20] ?? 0;
  return columns;
}

function plant(words: readonly string[], columns: Uint8Array, width: number): Draft {
  const draft: Draft = { next: new Int32Array(width * 256).fill(-1), words: [[]] };
  words.forEach((word, index) => {
    let node = 0;
    for (let at = 0; at < word.length; at++) node = child(draft, node * width + (columns[word.charCodeAt(at) & 0xff] ?? 0), width);
    draft.words[node]?.push(index);
  });
  return draft;
}

function child(draft: Draft, slot: number, width: number): number {
  const known = draft.next[slot] ?? -1;
  if (known >= 0) return known;
  const node = draft.words.length;
  draft.words.push([]);
  if ((node + 1) * width > draft.next.length) {
    const larger = new Int32Array(draft.next.length * 2).fill(-1);
    larger.set(draft.next);
    draft.next = larger;
  }
  draft.next[slot] = node;
  return node;
}

/** Breadth first: fills the missing steps from the longest proper suffix, whose row is complete by then. Gives back the order. */
function link(draft: Draft, width: number): Int32Array {
  const { next, words } = draft;
  const order = new Int32Array(words.length);
  const suffix = new Int32Array(words.length);
  let read = 0;
  let filled = 1;
  while (read < filled) {
    const node = order[read++] ?? 0;
    const below = (suffix[node] ?? 0) * width;
    for (let column = 0; column < width; column++) {
      const slot = node * width + column;
      const target = next[slot] ?? -1;
      const shorter = node === 0 ? 0 : (next[below + column] ?? 0);
      if (target < 0) {
        next[slot] = shorter;
        continue;
      }
      suffix[target] = shorter;
      order[filled++] = target;
    }
    const ending = words[suffix[node] ?? 0];
    if (node !== 0 && ending !== undefined && ending.length > 0) words[node] = [...(words[node] ?? []), ...ending];
  }
  return order;
}

/** Gives the states their places: the root first, those at which a word ends last. */
function arrange(draft: Draft, order: Int32Array, columns: Uint8Array, width: number): Automaton {
  const silent = order.filter((node) => draft.words[node]?.length === 0);
  const ending = order.filter((node) => (draft.words[node]?.length ?? 0) > 0);
  const places = new Int32Array(order.length);
  silent.forEach((node, place) => {
    places[node] = place * width;
  });
  ending.forEach((node, place) => {
    places[node] = (silent.length + place) * width;
  });
  const entries = order.length * width;
  const table = entries <= SMALL_TABLE_ENTRIES_MAX ? new Uint16Array(entries) : new Uint32Array(entries);
  for (let node = 0; node < order.length; node++) {
    const place = places[node] ?? 0;
    for (let column = 0; column < width; column++) table[place + column] = places[draft.next[node * width + column] ?? 0] ?? 0;
  }
  const endings = Array.from(ending, (node) => Uint32Array.from(draft.words[node] ?? []));
  return { columns, table, width, firstEnding: silent.length * width, endings };
}
