import type { Source } from "../rule/index.ts";
import { excerpt } from "./words.ts";

/** One action as it was written: `setvar:'tx.a=1'` is `{ name: "setvar", value: "tx.a=1" }`. */
export interface ActionCall {
  readonly name: string;
  readonly value: string | undefined;
  /** Where it was written, if not with its rule: SecRuleUpdateActionById. */
  readonly source?: Source;
}

export type ActionCalls = { readonly calls: readonly ActionCall[] } | { readonly problem: string };

/**
 * The actions of a list, parted by commas. A value in single quotes may hold commas, and a quote as `\'`, a backslash as `\\`; a value without quotes ends at the
 * next comma that does not stand in a quoted part behind a `=` (`setvar:tx.a='x,y'`).
 */
export function splitActions(text: string): ActionCalls {
  const calls: ActionCall[] = [];
  let at = 0;
  while (at < text.length) {
    at = skipBlanks(text, at);
    if (at >= text.length) break;
    if (text[at] === ",") {
      at++;
      continue;
    }
    const nameEnd = endOfName(text, at);
    const name = text.slice(at, nameEnd).trim();
    if (text[nameEnd] !== ":") {
      calls.push({ name, value: undefined });
      at = nameEnd;
      continue;
    }
    const value = readValue(text, skipBlanks(text, nameEnd + 1));
    if ("problem" in value) return { problem: `${name}: ${value.problem}` };
    calls.push({ name, value: value.value });
    at = value.end;
  }
  return { calls };
}

type Value = { readonly value: string; readonly end: number } | { readonly problem: string };

function readValue(text: string, start: number): Value {
  if (text[start] !== "'") {
    const end = endOfBareValue(text, start);
    return { value: text.slice(start, end).trim(), end };
  }
  const parts: string[] = [];
  let at = start + 1;
  let from = at;
  while (at < text.length && text[at] !== "'") {
    if (text[at] === "\\" && (text[at + 1] === "'" || text[at + 1] === "\\")) {
      parts.push(text.slice(from, at));
      from = at + 1;
      at++;
    }
    at++;
  }
  if (at >= text.length)
    return { problem: `the quote that starts at ${excerpt(text.slice(start))} never ends; expected the same quote again` };
  parts.push(text.slice(from, at));
  const end = skipBlanks(text, at + 1);
  if (end < text.length && text[end] !== ",")
    return { problem: `after a closing quote stands ${excerpt(text.slice(end))}; expected a comma or the end of the actions` };
  return { value: parts.join(""), end };
}

function endOfBareValue(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== ",") {
    if (text[at] === "=" && text[at + 1] === "'") {
      const close = text.indexOf("'", at + 2);
      if (close >= 0) at = close;
    }
    at++;
  }
  return Math.min(at, text.length);
}

function endOfName(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== "," && text[at] !== ":") at++;
  return at;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (at < text.length && /\s/.test(text[at] ?? "")) at++;
  return at;
}
