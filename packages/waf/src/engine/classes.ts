import type { Selector, Source, Target } from "../rule/index.ts";
import { lowerAscii } from "../text/index.ts";
import type { Kept } from "./collections.ts";
import { type Entry, entry, NO_ENTRIES } from "./entry.ts";
import { isKept } from "./macro.ts";
import type { EntryClass } from "./program.ts";
import { compileSelector, type Picks } from "./selector.ts";
import type { State } from "./state.ts";
import type { TxNames } from "./tx.ts";
import type { Variable } from "./variables/index.ts";

/** The distinct targets of the loaded rules. */
export interface ClassTable {
  add(target: Target, variable: Variable, source: Source): EntryClass;
  readonly all: readonly EntryClass[];
}

/** An empty table. */
export function createClassTable(names: TxNames): ClassTable {
  const all: EntryClass[] = [];
  const places = new Map<string, EntryClass>();
  return {
    all,
    add({ variable: name, select }, variable, source) {
      const written = select === undefined ? [] : select.kind === "name" ? ["name", lowerAscii(select.name)] : ["pattern", select.source];
      const key = JSON.stringify([name, ...written]);
      const known = places.get(key);
      if (known !== undefined) return known;
      const picks = select && compileSelector(select, source);
      const made: EntryClass = {
        number: all.length,
        name,
        variable,
        picks,
        fold: select?.kind === "name" ? lowerAscii(select.name) : undefined,
        readOwn: readerOf(name, select, picks, names),
      };
      all.push(made);
      places.set(key, made);
      return made;
    },
  };
}

function readerOf(name: string, select: Selector | undefined, picks: Picks | undefined, names: TxNames): EntryClass["readOwn"] {
  if (select?.kind === "pattern" && name === "TX" && picks !== undefined) return readSomeTx(picks, names);
  if (select?.kind === "name" && isKept(name)) return readKept(name, select.name);
  return undefined;
}

/** Which of the names that rules spell out are meant is found once: the table of names is complete when the first request comes. */
function readSomeTx(picks: Picks, names: TxNames): (state: State) => readonly Entry[] {
  let places: readonly number[] | undefined;
  return (state) => {
    places ??= names.names.flatMap((name, place) => (picks(entry(name, ""), state) ? [place] : []));
    return state.tx.some(places, (other) => picks(other, state));
  };
}

/** Also what a collection knows of itself (IS_NEW, KEY …), which is not among its entries. */
function readKept(kind: Kept, name: string): (state: State) => readonly Entry[] {
  return (state) => {
    const value = state.collections.get(kind)?.get(name);
    return value === undefined ? NO_ENTRIES : [entry(name, value)];
  };
}
