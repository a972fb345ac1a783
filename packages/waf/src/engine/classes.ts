import type { Source, Target } from "../rule/index.ts";
import { lowerAscii } from "../text/index.ts";
import { entry } from "./entry.ts";
import type { EntryClass } from "./program.ts";
import { compileSelector } from "./selector.ts";
import type { Tx, TxNames } from "./tx.ts";
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
        readTx: name === "TX" && picks !== undefined ? readerOf(names) : undefined,
      };
      all.push(made);
      places.set(key, made);
      return made;
    },
  };
}

/** The table of names is complete when the first request comes. */
function readerOf(names: TxNames): NonNullable<EntryClass["readTx"]> {
  let places: readonly number[] | undefined;
  return (tx: Tx, isMeant) => {
    places ??= names.names.flatMap((name, place) => (isMeant(entry(name, "")) ? [place] : []));
    return tx.some(places, isMeant);
  };
}
