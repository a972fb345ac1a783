import type { Rule, Selector, Target } from "../rule/index.ts";
import { lowerAscii } from "../text/index.ts";
import type { Kept } from "./collections.ts";
import { type Entry, entry, NO_ENTRIES } from "./entry.ts";
import { isKept } from "./macro.ts";
import type { EntryClass } from "./program.ts";
import { compileSelector, type Picks } from "./selector.ts";
import type { State } from "./state.ts";
import type { TxNames } from "./tx.ts";
import type { Variable } from "./variables/index.ts";
import { readXmlPath } from "./xml-entries.ts";

/** The distinct targets of the loaded rules. */
export interface ClassTable {
  /** `rule` is the one that names the target. */
  add(target: Target, variable: Variable, rule: Rule): EntryClass;
  readonly all: readonly EntryClass[];
}

/** An empty table. */
export function createClassTable(names: TxNames): ClassTable {
  const all: EntryClass[] = [];
  const places = new Map<string, EntryClass>();
  return {
    all,
    add({ variable: name, select }, variable, rule) {
      const key = JSON.stringify([name, ...writtenAs(name, select, rule)]);
      const known = places.get(key);
      if (known !== undefined) return known;
      const picks = select && compileSelector(select, rule.source);
      const made: EntryClass = {
        number: all.length,
        name,
        variable,
        picks,
        fold: select?.kind === "name" ? lowerAscii(select.name) : undefined,
        readOwn: readerOf(name, select, picks, { names, rule }),
      };
      all.push(made);
      places.set(key, made);
      return made;
    },
  };
}

/** Names of members stand without case; those in XML do not, and the same prefix may mean different things in two rules. */
function writtenAs(name: string, select: Selector | undefined, { namespaces }: Rule): readonly unknown[] {
  if (select === undefined) return [];
  if (select.kind === "pattern") return ["pattern", select.source];
  return name === "XML" ? ["path", select.name, namespaces] : ["name", lowerAscii(select.name)];
}

function readerOf(
  name: string,
  select: Selector | undefined,
  picks: Picks | undefined,
  { names, rule }: { readonly names: TxNames; readonly rule: Rule },
): EntryClass["readOwn"] {
  if (name === "XML" && select?.kind === "name") return readXmlPath(select.name, rule);
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
