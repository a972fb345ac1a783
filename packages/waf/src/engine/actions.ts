import type { Action, Rule } from "../rule/index.ts";
import { RuleProblem } from "../rule/index.ts";
import type { Kept } from "./collections.ts";
import { compileControl, type Effect } from "./controls.ts";
import type { Heads } from "./heads.ts";
import { compileTemplate, isKept, type Template } from "./macro.ts";
import { masksOf } from "./masks.ts";
import type { State } from "./state.ts";
import type { TxNames } from "./tx.ts";

export type { Effect } from "./controls.ts";

export interface Compiling {
  readonly rule: Rule;
  readonly names: TxNames;
  readonly heads: Heads;
}

type Of<Kind extends Action["kind"]> = Extract<Action, { readonly kind: Kind }>;

/** What one action does at a match. */
export function compileAction(action: Action, compiling: Compiling): Effect {
  switch (action.kind) {
    case "setvar":
      return compileSetvar(action, compiling);
    case "expirevar":
      return compileExpirevar(action, compiling);
    case "initcol":
      return compileInitcol(action, compiling);
    case "setenv":
      return compileSetenv(action, compiling);
    case "ctl":
      return compileCtl(action, compiling);
    case "mask":
      return compileMask(action);
    case "setuid":
    case "setsid":
    case "setrsc":
      return identify(IDENTITIES[action.kind], template(action.value, compiling));
  }
}

function compileMask({ of, name }: Of<"mask">): Effect {
  return of === "MATCHED" ? (state) => masksOf(state).addMatched(state.matched) : (state) => masksOf(state).add(of, name);
}

interface Identity {
  readonly kind: Kept;
  readonly note: (state: State, value: string) => void;
}

const IDENTITIES: { readonly [kind in "setuid" | "setsid" | "setrsc"]: Identity } = {
  setuid: {
    kind: "USER",
    note: (state, value) => {
      state.userId = value;
    },
  },
  setsid: {
    kind: "SESSION",
    note: (state, value) => {
      state.sessionId = value;
    },
  },
  setrsc: {
    kind: "RESOURCE",
    note: (state, value) => {
      state.resource = value;
    },
  },
};

function template(text: string, { names, rule }: Compiling): Template {
  return compileTemplate(text, names, rule.source, "problem");
}

/** Does the action set a TX variable whose name is written out, from TX alone? */
export function isInnerAction(action: Action, compiling: Compiling): boolean {
  if (action.kind !== "setvar" || action.collection.toUpperCase() !== "TX") return false;
  return template(action.name, compiling).constant !== undefined && template(action.value, compiling).isInner;
}

/** Where a variable of a collection is written: TX by its place, the others by name. */
interface Place {
  read(state: State): string | undefined;
  write(state: State, value: string | undefined): void;
}

function placeOf(collection: string, name: Template, { names, rule }: Compiling): Place {
  if (collection !== "TX") {
    if (!isKept(collection))
      throw new RuleProblem(`${collection} cannot be written; expected TX, IP, GLOBAL, SESSION, USER or RESOURCE`, rule.source);
    return keptPlace(collection, name);
  }
  if (name.constant === undefined) {
    return { read: (state) => state.tx.getNamed(name.fill(state)), write: (state, value) => state.tx.setNamed(name.fill(state), value) };
  }
  const place = names.place(name.constant);
  return { read: (state) => state.tx.get(place), write: (state, value) => state.tx.set(place, value) };
}

/** A collection that was never opened by initcol takes nothing. */
function keptPlace(kind: Kept, name: Template): Place {
  return {
    read: (state) => state.collections.get(kind)?.get(name.fill(state)),
    write(state, value) {
      const collection = state.collections.get(kind);
      if (value === undefined) collection?.unset(name.fill(state));
      else collection?.set(name.fill(state), value);
    },
  };
}

function compileSetvar(action: Of<"setvar">, compiling: Compiling): Effect {
  const name = template(action.name, compiling);
  const value = template(action.value, compiling);
  const place = placeOf(action.collection.toUpperCase(), name, compiling);
  const changes: { readonly [operation in typeof action.operation]: (state: State) => string | undefined } = {
    set: value.fill,
    unset: () => undefined,
    add: (state) => String(toNumber(place.read(state)) + toNumber(value.fill(state))),
    subtract: (state) => String(toNumber(place.read(state)) - toNumber(value.fill(state))),
  };
  const change = changes[action.operation];
  const { collection } = action;
  const { id } = compiling.rule;
  return (state) => {
    const made = change(state);
    place.write(state, made);
    state.trace?.({ kind: "set", ruleId: id, variable: `${collection}:${name.fill(state)}`, value: made });
  };
}

/** The whole number a text begins with, as atoi() reads it; 0 where there is none. */
function toNumber(text: string | undefined): number {
  const number = Number.parseInt(text ?? "", 10);
  return Number.isSafeInteger(number) ? number : 0;
}

/** TX ends with the transaction anyway. */
function compileExpirevar(action: Of<"expirevar">, compiling: Compiling): Effect {
  const name = template(action.name, compiling);
  const seconds = template(action.seconds, compiling);
  const collection = action.collection.toUpperCase();
  if (!isKept(collection)) return () => undefined;
  return (state) => state.collections.get(collection)?.expire(name.fill(state), toNumber(seconds.fill(state)));
}

function compileInitcol(action: Of<"initcol">, compiling: Compiling): Effect {
  const collection = action.collection.toUpperCase();
  if (!isKept(collection))
    throw new RuleProblem(
      `${collection} is no persistent collection; expected IP, GLOBAL, SESSION, USER or RESOURCE`,
      compiling.rule.source,
    );
  return identify({ kind: collection, note: () => undefined }, template(action.key, compiling));
}

function identify({ kind, note }: Identity, key: Template): Effect {
  return (state) => {
    const value = key.fill(state);
    note(state, value);
    state.collections.set(kind, state.openCollection(kind, value));
  };
}

function compileSetenv(action: Of<"setenv">, compiling: Compiling): Effect {
  const { rule } = compiling;
  const name = template(action.name, compiling);
  const value = template(action.value, compiling);
  return (state) => {
    const key = name.fill(state);
    const text = value.fill(state);
    state.environment.set(key, text);
    state.trace?.({ kind: "set", ruleId: rule.id, variable: `ENV:${key}`, value: text });
  };
}

function compileCtl({ setting, value }: Of<"ctl">, { rule, heads }: Compiling): Effect {
  const effect = compileControl(setting, value, heads, rule.source);
  return (state) => {
    effect(state);
    state.trace?.({ kind: "control", ruleId: rule.id, setting, value });
  };
}
