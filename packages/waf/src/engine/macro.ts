import { RuleProblem, type Source } from "../rule/index.ts";
import { lowerAscii } from "../text/index.ts";
import type { Kept } from "./collections.ts";
import { compileSelector } from "./selector.ts";
import type { State } from "./state.ts";
import type { TxNames } from "./tx.ts";
import { VARIABLES } from "./variables/index.ts";

/** A text that may name variables, ready to be filled in. */
export interface Template {
  /** The text where it names none. */
  readonly constant: string | undefined;
  readonly fill: (state: State) => string;
  /** Names nothing but TX variables: what a request says does not matter to it. */
  readonly isInner: boolean;
}

/** ModSecurity takes a `%` behind the brace for a part of the macro; one that opens the next macro is none. */
const MACRO = /%\{([A-Za-z_]+)(?:[.:]([^{}]*))?\}(?:%(?!\{))?/g;
const KEPT_NAMES: ReadonlySet<string> = new Set<Kept>(["IP", "GLOBAL", "SESSION", "USER", "RESOURCE"]);

/**
 * Compiles `%{VARIABLE}` and `%{COLLECTION.name}`. What is missing at run time is empty, as in ModSecurity.
 * A name that no variable has is a problem in an action; in an operator's argument (a pattern may well hold `%{x}`) it stays as it stands.
 */
export function compileTemplate(text: string, names: TxNames, source: Source, unknown: "problem" | "literal"): Template {
  const parts: (string | ((state: State) => string))[] = [];
  let end = 0;
  let isInner = true;
  for (const found of text.matchAll(MACRO)) {
    const reader = readerOf(found[1] ?? "", found[2], names, source);
    if (reader === undefined && unknown === "literal") continue;
    if (reader === undefined) throw new RuleProblem(`${found[0]} names no variable; expected %{VARIABLE} or %{COLLECTION.name}`, source);
    isInner &&= /^%\{tx\.[^/]/i.test(found[0]);
    if (found.index > end) parts.push(text.slice(end, found.index));
    parts.push(reader);
    end = found.index + found[0].length;
  }
  if (end === 0) return { constant: text, fill: () => text, isInner };
  if (end < text.length) parts.push(text.slice(end));
  const [only] = parts;
  if (parts.length === 1 && typeof only === "function") return { constant: undefined, fill: only, isInner };
  return { constant: undefined, fill: (state) => join(parts, state), isInner };
}

function join(parts: readonly (string | ((state: State) => string))[], state: State): string {
  let text = "";
  for (const part of parts) text += typeof part === "string" ? part : part(state);
  state.budget.spend(text.length);
  return text;
}

function readerOf(written: string, key: string | undefined, names: TxNames, source: Source): ((state: State) => string) | undefined {
  const name = written.toUpperCase();
  const variable = VARIABLES.get(name);
  if (variable === undefined || (key !== undefined && !variable.isCollection)) return undefined;
  if (key !== undefined && isPattern(key)) {
    const picks = compileSelector({ kind: "pattern", source: key.slice(1, -1) }, source);
    return (state) => state.list(name).find((entry) => picks(entry, state))?.value ?? "";
  }
  if (name === "TX" && key !== undefined) {
    const place = names.place(key);
    return (state) => state.tx.get(place) ?? "";
  }
  if (isKept(name) && key !== undefined) return (state) => state.collections.get(name)?.get(key) ?? "";
  if (key === undefined) return (state) => state.list(name)[0]?.value ?? "";
  const fold = lowerAscii(key);
  return (state) => state.list(name).find((entry) => entry.fold === fold)?.value ?? "";
}

/** `%{TX:/^a/}`: the first member whose name matches. */
function isPattern(key: string): boolean {
  return key.length > 2 && key.startsWith("/") && key.endsWith("/");
}

/** Is it the name of a collection that outlives a transaction? */
export function isKept(name: string): name is Kept {
  return KEPT_NAMES.has(name);
}
