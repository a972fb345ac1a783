import { bytesOf } from "../text/index.ts";
import { createAutomaton } from "./automaton.ts";
import type { Scanner } from "./contract.ts";

/**
 * One automaton over the literals of all groups: a value is read once, however many groups there are.
 * An empty literal occurs in every value.
 */
export function createScanner(groups: readonly (readonly string[])[]): Scanner {
  const wordsCount = Math.max(1, (groups.length + 31) >> 5);
  const always = new Uint32Array(wordsCount);
  const owners = new Map<string, Set<number>>();
  groups.forEach((literals, group) => {
    for (const literal of literals) {
      if (literal === "") raise(always, group);
      else
        owner(
          owners,
          literal.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
        ).add(group);
    }
  });
  const automaton = createAutomaton([...owners.keys()]);
  const groupsOf = [...owners.values()].map((set) => [...set]);
  // Groups by ending state, each once.
  const raised = automaton.endings.map((words) => Uint32Array.from(new Set(Array.from(words, (word) => groupsOf[word] ?? []).flat())));
  const { columns, table, firstEnding, width } = automaton;
  // Which scan was the last to come to an ending: what it raises is raised once. In 53 bits, which no process counts through.
  const comeTo = new Float64Array(raised.length);
  let scans = 0;

  function scanInto(value: string, bits: Uint32Array): void {
    for (let word = 0; word < wordsCount; word++) bits[word] = (bits[word] ?? 0) | (always[word] ?? 0);
    read(bytesOf(value), value.length, bits);
  }

  /** What has the bits raised: the caller's words, or words of its own once there is something to raise. */
  function read(bytes: Uint8Array, end: number, words: Uint32Array | undefined): Uint32Array | undefined {
    let bits = words;
    let state = 0;
    let last = 0;
    scans += 1;
    for (let at = 0; at < end; at++) {
      state = table[state + (columns[bytes[at] as number] as number)] as number;
      if (state < firstEnding || state === last) continue;
      last = state;
      const ending = (state - firstEnding) / width;
      if (comeTo[ending] === scans) continue;
      comeTo[ending] = scans;
      bits ??= always.slice();
      const found = raised[ending] ?? NONE;
      for (let index = 0; index < found.length; index++) raise(bits, found[index] ?? 0);
    }
    return bits;
  }

  return {
    groups: groups.length,
    bytes: table.byteLength + columns.byteLength + raised.reduce((sum, found) => sum + found.byteLength, 0),
    scanInto,
    scan: (value) => read(bytesOf(value), value.length, undefined) ?? always,
  };
}

const NONE = new Uint32Array(0);

function owner(owners: Map<string, Set<number>>, literal: string): Set<number> {
  const known = owners.get(literal) ?? new Set<number>();
  owners.set(literal, known);
  return known;
}

function raise(bits: Uint32Array, group: number): void {
  const word = group >> 5;
  bits[word] = (bits[word] ?? 0) | (1 << (group & 31));
}
