import type { Source, Target } from "../rule/index.ts";
import type { EntryClass } from "./program.ts";
import { compileSelector } from "./selector.ts";
import type { Variable } from "./variables/index.ts";

/** The distinct targets of the loaded rules. */
export interface ClassTable {
  add(target: Target, variable: Variable, source: Source): EntryClass;
  readonly all: readonly EntryClass[];
}

/** An empty table. */
export function createClassTable(): ClassTable {
  const all: EntryClass[] = [];
  const places = new Map<string, EntryClass>();
  return {
    all,
    add({ variable: name, select }, variable, source) {
      const written = select === undefined ? [] : select.kind === "name" ? ["name", select.name.toLowerCase()] : ["pattern", select.source];
      const key = JSON.stringify([name, ...written]);
      const known = places.get(key);
      if (known !== undefined) return known;
      const made = { number: all.length, name, variable, picks: select && compileSelector(select, source) };
      all.push(made);
      places.set(key, made);
      return made;
    },
  };
}
