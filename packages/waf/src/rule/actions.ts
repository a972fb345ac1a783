import type { Action } from "./rule.ts";

type Collection = "tx" | "ip" | "global" | "session" | "user" | "resource";
/** `tx.score`; the name may hold macros. */
export type Place = `${Collection}.${string}`;

/** `setvar:tx.a=1` */
export function setVariable(place: Place, value: string | number = 1): Action {
  return { kind: "setvar", ...cut(place), operation: "set", value: String(value) };
}

/** `setvar:tx.a=+5` */
export function addTo(place: Place, amount: string | number): Action {
  return { kind: "setvar", ...cut(place), operation: "add", value: String(amount) };
}

/** `setvar:tx.a=-5` */
export function subtractFrom(place: Place, amount: string | number): Action {
  return { kind: "setvar", ...cut(place), operation: "subtract", value: String(amount) };
}

/** `setvar:!tx.a` */
export function unsetVariable(place: Place): Action {
  return { kind: "setvar", ...cut(place), operation: "unset", value: "" };
}

/** `expirevar:ip.a=60` */
export function expireVariable(place: Place, seconds: number): Action {
  return { kind: "expirevar", ...cut(place), seconds: String(seconds) };
}

/** `ctl:ruleRemoveById=942100` */
export function control(setting: string, value: string): Action {
  return { kind: "ctl", setting, value };
}

/** `sanitiseArg:password`: the value of a parameter is shown in no match. */
export function maskArgument(name: string): Action {
  return { kind: "mask", of: "ARGS", name };
}

function cut(place: Place): { readonly collection: string; readonly name: string } {
  const dot = place.indexOf(".");
  return { collection: place.slice(0, dot).toUpperCase(), name: place.slice(dot + 1) };
}
