import type { Action } from "../rule/index.ts";
import { excerpt } from "./words.ts";

/** An action, or why it cannot be one. */
export type ReadAction = Action | { readonly problem: string };

/** The collections that a rule may write to (reference manual, setvar and initcol). */
const STORED_COLLECTIONS: readonly string[] = ["IP", "GLOBAL", "SESSION", "USER", "RESOURCE"];
const WRITABLE_COLLECTIONS: ReadonlySet<string> = new Set(["TX", ...STORED_COLLECTIONS]);
const KEYED_COLLECTIONS: ReadonlySet<string> = new Set(STORED_COLLECTIONS);

/** `tx.a=1`, `tx.a=+1`, `tx.a=-%{tx.b}`, `!tx.a`, `tx.a` (which sets it to 1). */
export function readSetvar(text: string): ReadAction {
  const unset = text.startsWith("!");
  const { left, right } = cutAtEquals(unset ? text.slice(1) : text);
  const place = readPlace(left);
  if ("problem" in place) return place;
  if (unset) return { kind: "setvar", ...place, operation: "unset", value: "" };
  if (right === undefined) return { kind: "setvar", ...place, operation: "set", value: "1" };
  if (right.startsWith("+")) return { kind: "setvar", ...place, operation: "add", value: right.slice(1).trim() };
  if (right.startsWith("-")) return { kind: "setvar", ...place, operation: "subtract", value: right.slice(1).trim() };
  return { kind: "setvar", ...place, operation: "set", value: right };
}

/** `ip.a=60`: the variable goes after so many seconds. */
export function readExpirevar(text: string): ReadAction {
  const { left, right } = cutAtEquals(text);
  const place = readPlace(left);
  if ("problem" in place) return place;
  const isSeconds = right !== undefined && (/^\d{1,10}$/.test(right) || right.includes("%{"));
  if (!isSeconds) return { problem: `found ${excerpt(text)}; expected collection.name=seconds` };
  return { kind: "expirevar", ...place, seconds: right };
}

/** `ip=%{REMOTE_ADDR}`. */
export function readInitcol(text: string): ReadAction {
  const { left, right } = cutAtEquals(text);
  const collection = left.toUpperCase();
  if (!KEYED_COLLECTIONS.has(collection) || right === undefined || right === "")
    return { problem: `found ${excerpt(text)}; expected collection=key with one of ${STORED_COLLECTIONS.join(", ")}` };
  return { kind: "initcol", collection, key: right };
}

/** `name=value`; a name alone is 1, as in ModSecurity 2. */
export function readSetenv(text: string): ReadAction {
  const { left, right = "1" } = cutAtEquals(text);
  if (left === "" || left.startsWith("!")) return { problem: `found ${excerpt(text)}; expected name=value` };
  return { kind: "setenv", name: left, value: right };
}

function readPlace(text: string): { readonly collection: string; readonly name: string } | { readonly problem: string } {
  const dot = text.indexOf(".");
  const collection = text.slice(0, Math.max(dot, 0)).toUpperCase();
  const name = text.slice(dot + 1);
  if (dot < 0 || name === "") return { problem: `found ${excerpt(text)}; expected collection.name` };
  if (!WRITABLE_COLLECTIONS.has(collection))
    return { problem: `${excerpt(text)} names no collection that can be written; expected one of ${[...WRITABLE_COLLECTIONS].join(", ")}` };
  return { collection, name };
}

/** At the first `=` that is not inside a macro. */
function cutAtEquals(text: string): { readonly left: string; readonly right: string | undefined } {
  let at = 0;
  let isInMacro = false;
  while (at < text.length && (isInMacro || text[at] !== "=")) {
    if (text[at] === "}") isInMacro = false;
    else if (text[at] === "%" && text[at + 1] === "{") isInMacro = true;
    at++;
  }
  if (at >= text.length) return { left: text.trim(), right: undefined };
  return { left: text.slice(0, at).trim(), right: unquote(text.slice(at + 1).trim()) };
}

/** `setvar:tx.a='x y'`: libmodsecurity takes quotes around the value alone, too. */
function unquote(text: string): string {
  return text.length >= 2 && text.startsWith("'") && text.endsWith("'") ? text.slice(1, -1) : text;
}
