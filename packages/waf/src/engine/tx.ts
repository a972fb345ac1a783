import { lowerAscii } from "../text/index.ts";
import { type Entry, entry } from "./entry.ts";

/** The names of TX variables that rules write out, each with a fixed place. TX:0 … TX:9 have the places 0 … 9. */
export interface TxNames {
  /** Gives the name a place if it has none. Only while rules are compiled. */
  place(name: string): number;
  find(name: string): number | undefined;
  readonly names: readonly string[];
}

/** How many TX variables a transaction may hold besides those that rules name: names made of request data could go on for ever. */
const UNNAMED_MAX = 1_000;
const CAPTURES = 10;

/** A table of names, filled while rules are compiled. */
export function createTxNames(): TxNames {
  const places = new Map<string, number>();
  const names: string[] = [];
  const place = (name: string): number => {
    const fold = lowerAscii(name);
    const known = places.get(fold);
    if (known !== undefined) return known;
    places.set(fold, names.length);
    names.push(fold);
    return names.length - 1;
  };
  for (let capture = 0; capture < CAPTURES; capture += 1) place(String(capture));
  return { place, find: (name) => places.get(lowerAscii(name)), names };
}

/** The TX collection of one transaction. */
export interface Tx {
  get(place: number): string | undefined;
  set(place: number, value: string | undefined): void;
  getNamed(name: string): string | undefined;
  /** Beyond 1,000 names that no rule spells out, further ones are not kept. */
  setNamed(name: string, value: string | undefined): void;
  /** In the order of the table of names; names that no rule spells out come last. */
  entries(): readonly Entry[];
  /** The same of some places, and of those other names that are meant. */
  some(places: readonly number[], isMeant: (entry: Entry) => boolean): readonly Entry[];
  /** What the places hold, for createTx. */
  held(): readonly (string | undefined)[];
  /** Replaces TX:0 … TX:9. */
  setCaptures(texts: readonly (string | undefined)[]): void;
}

/** A TX collection, empty or with what another one held. */
export function createTx(names: TxNames, before?: readonly (string | undefined)[]): Tx {
  const held = before === undefined ? new Array<string | undefined>(names.names.length).fill(undefined) : before.slice();
  let more: Map<string, string> | undefined;
  return {
    get: (place) => held[place],
    held: () => held,
    set(place, value) {
      held[place] = value;
    },
    getNamed(name) {
      const place = names.find(name);
      return place === undefined ? more?.get(lowerAscii(name)) : held[place];
    },
    setNamed(name, value) {
      const place = names.find(name);
      if (place !== undefined) {
        held[place] = value;
        return;
      }
      more ??= new Map();
      if (value === undefined) more.delete(lowerAscii(name));
      else if (more.size < UNNAMED_MAX) more.set(lowerAscii(name), value);
    },
    entries() {
      const entries: Entry[] = [];
      held.forEach((value, place) => {
        if (value !== undefined) entries.push(entry(names.names[place] ?? "", value));
      });
      for (const [name, value] of more ?? []) entries.push(entry(name, value));
      return entries;
    },
    some(places, isMeant) {
      const entries: Entry[] = [];
      for (const place of places) {
        const value = held[place];
        if (value !== undefined) entries.push(entry(names.names[place] ?? "", value));
      }
      if (more !== undefined) for (const [name, value] of more) entries.push(entry(name, value));
      return more === undefined ? entries : entries.filter(isMeant);
    },
    setCaptures(texts) {
      for (let capture = 0; capture < CAPTURES; capture += 1) held[capture] = texts[capture];
    },
  };
}
