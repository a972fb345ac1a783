import { work } from "../text/index.ts";
import { createAutomaton } from "./automaton.ts";
import type { Finder } from "./contract.ts";

/** Finds the first of many words in one pass. Empty words are never found. */
export function createFinder(words: readonly string[]): Finder {
  const kept = words.map((text, word) => ({ text, word })).filter(({ text }) => text !== "");
  const { columns, table, firstEnding, endings, width } = createAutomaton(kept.map(({ text }) => text));

  // Where the last search ended: a second answer beside the place behind the word, without an object for each value.
  let endedIn = 0;

  /** The place behind the first word; -1 where there is none. */
  function firstEnd(value: string): number {
    const bytes = work(value);
    const end = value.length;
    let state = 0;
    for (let at = 0; at < end; at++) {
      state = table[state + (columns[bytes[at] as number] as number)] as number;
      if (state < firstEnding) continue;
      endedIn = state;
      return at + 1;
    }
    return -1;
  }

  return {
    has: (value) => firstEnd(value) >= 0,
    find(value) {
      const end = firstEnd(value);
      if (end < 0) return undefined;
      const found = kept[endings[(endedIn - firstEnding) / width]?.[0] ?? 0];
      return found && { word: found.word, start: end - found.text.length, end };
    },
  };
}
