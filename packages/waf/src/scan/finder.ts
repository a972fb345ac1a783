import { bytesOf, UPPER } from "../text/index.ts";
import { createAutomaton } from "./automaton.ts";
import type { Finder, Found } from "./contract.ts";

/**
 * The automaton knows the beginning of each word, and what is behind is compared where one occurs: lists of whole lines would otherwise take
 * a row for each of their bytes.
 */
const HEAD_BYTES_MAX = 16;

const FOLDED = Uint8Array.from({ length: 256 }, (_, byte) => (UPPER[byte] === 1 ? byte + 0x20 : byte));

interface Word {
  /** Its place in the list. */
  readonly number: number;
  readonly length: number;
  /** What is behind the head, without case. */
  readonly tail: Uint8Array;
}

/** Finds the first of many words in one pass. Empty words are never found. */
export function createFinder(list: readonly string[], headBytesMax = HEAD_BYTES_MAX): Finder {
  const heads = new Map<string, Word[]>();
  list.forEach((text, number) => {
    if (text === "") return;
    const head = foldedText(text.slice(0, headBytesMax));
    const word = { number, length: text.length, tail: foldedBytes(text.slice(headBytesMax)) };
    heads.set(head, [...(heads.get(head) ?? []), word]);
  });
  const { columns, table, firstEnding, endings, width } = createAutomaton([...heads.keys()]);
  const byHead = [...heads.values()];
  const wordsEnding = endings.map((ended) => [...ended].flatMap((head) => byHead[head] ?? []));

  function find(value: string): Found | undefined {
    const bytes = bytesOf(value);
    let best: Found | undefined;
    // Behind the end of the best, nothing ends sooner.
    let end = value.length;
    let state = 0;
    for (let at = 0; at < end; at++) {
      state = table[state + (columns[bytes[at] as number] as number)] as number;
      if (state < firstEnding) continue;
      for (const word of wordsEnding[(state - firstEnding) / width] ?? []) {
        const wordEnd = at + 1 + word.tail.length;
        if (wordEnd > end || !follows(bytes, at + 1, word.tail)) continue;
        const start = wordEnd - word.length;
        if (best === undefined || wordEnd < end || start < best.start) best = { word: word.number, start, end: wordEnd };
        end = wordEnd;
      }
    }
    return best;
  }

  return { find, has: (value) => find(value) !== undefined };
}

function follows(bytes: Uint8Array, from: number, tail: Uint8Array): boolean {
  for (let at = 0; at < tail.length; at++) if (FOLDED[bytes[from + at] as number] !== tail[at]) return false;
  return true;
}

function foldedBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => FOLDED[character.charCodeAt(0) & 0xff] as number);
}

function foldedText(text: string): string {
  return String.fromCharCode(...foldedBytes(text));
}
