// Event handler attributes, in a tag or behind a quote that ends the attribute a value was written into.
import type { Finding } from "../contract.ts";
import { decodeEntities } from "../entities.ts";
import { finding } from "../finding.ts";
import { looksLikeCode } from "./code.ts";
import { isWord, nextMark } from "./lexer.ts";
import { EVENT_PREFIXES, EVENTS } from "./names.ts";

const CWE_SCRIPT = 79;

/** English words that begin so and are names of attributes and parameters. */
const PLAIN_WORDS: ReadonlySet<string> = new Set(["one", "once", "only", "onto", "ontology", "ongoing", "onset", "onboard", "onboarding", "onion", "onsite", "online", "one-time", "onward"]); // biome-ignore format: one line

/** Is it the name of an event handler? `known`: one that a browser has or had; `unknown`: it has the form. */
export function judgeEventName(name: string): "known" | "unknown" | undefined {
  if (name.length < 5 || name.charCodeAt(0) !== 0x6f || name.charCodeAt(1) !== 0x6e) return undefined;
  const event = name.slice(2);
  if (EVENTS.has(event)) return "known";
  if (PLAIN_WORDS.has(name) || !/^[a-z]{3,40}$/.test(event)) return undefined;
  return EVENT_PREFIXES.some((prefix) => event.startsWith(prefix) && event.length > prefix.length + 2) ? "known" : "unknown";
}

/** Longest name of an event handler that is read. */
const NAME_BYTES_MAX = 48;
const CODE_BYTES_MAX = 160;

/** Finds `onevent=` outside of tags: after a quote, a blank or a slash, as in a value that was written into an attribute. */
export function findHandler(value: string): Finding | undefined {
  let best: Finding | undefined;
  for (let equals = value.indexOf("="); equals >= 0; equals = nextMark(value, equals, "=")) {
    const end = lastNameByte(value, equals);
    if (end < 0) continue;
    let start = end;
    while (start > 0 && end - start < NAME_BYTES_MAX && isHandlerByte(value.charCodeAt(start - 1))) start--;
    if (!beginsAsHandler(value, start, end)) continue;
    const found = judgeHandler(value, start, end + 1, equals);
    if (found !== undefined && (best === undefined || found.weight > best.weight)) best = found;
    if (best?.weight === 5) return best;
  }
  return best;
}

/** `on`, in any case, zero bytes aside. */
function beginsAsHandler(value: string, start: number, end: number): boolean {
  let at = start;
  while (at < end && value.charCodeAt(at) === 0) at++;
  if ((value.charCodeAt(at) | 32) !== 0x6f) return false;
  at++;
  while (at < end && value.charCodeAt(at) === 0) at++;
  return (value.charCodeAt(at) | 32) === 0x6e;
}

/** Blanks between the name and its sign, in bytes. */
const GAP_BYTES_MAX = 32;

function lastNameByte(value: string, equals: number): number {
  let at = equals - 1;
  while (at >= 0 && equals - at < GAP_BYTES_MAX && value.charCodeAt(at) <= 0x20) at--;
  return at >= 0 && isHandlerByte(value.charCodeAt(at)) ? at : -1;
}

/** NUL is dropped by what reads behind us. */
function isHandlerByte(code: number): boolean {
  return code === 0 || (isWord(code) && code !== 0x24);
}

function judgeHandler(value: string, start: number, end: number, equals: number): Finding | undefined {
  const name = value.slice(start, end).toLowerCase().replaceAll("\0", "");
  const event = judgeEventName(name);
  if (event === undefined) return undefined;
  const before = start === 0 ? 0x20 : value.charCodeAt(start - 1);
  const isBehindQuote = before === 0x22 || before === 0x27 || before === 0x60;
  if (!isBehindQuote && before > 0x20 && before !== 0x2f && before !== 0x3b && before !== 0x2b && before !== 0xa0) return undefined;
  if (isComponent(value, start, equals)) return finding("script.component", 2, CWE_SCRIPT, value, start);
  const code = decodeEntities(value.slice(equals + 1, equals + 1 + CODE_BYTES_MAX));
  const isCode = looksLikeCode(code);
  // `onclick="nothing" I mean`: a name in quotes does nothing where it is run.
  if (!isCode && IDLE.test(code)) return finding("script.event-handler", 2, CWE_SCRIPT, value, start);
  const quotes = isBehindQuote || endsAttribute(value, start);
  if (event === "unknown" && !(isCode && quotes)) return undefined;
  return finding("script.event-handler", weigh(isCode, quotes, event === "known"), CWE_SCRIPT, value, start);
}

/** A few words between two quotes, which may have been escaped for a text of JSON. */
const IDLE = /^\s{0,4}\\?(["'])[\w -]{0,40}\\?\1(?:[\s/>,.]|$)/;

const ACTS = /\b(?:alert|confirm|prompt|eval|document|location|window|throw|Function|fetch|import|constructor|atob)\b/;

/** `onClick={save}` of JSX: a capital behind `on`, braces, and nothing in them that acts on the page. */
export function isComponent(value: string, start: number, equals: number): boolean {
  const third = value.charCodeAt(start + 2);
  return (
    third >= 0x41 && third <= 0x5a && value.charCodeAt(equals + 1) === 0x7b && !ACTS.test(value.slice(equals, equals + CODE_BYTES_MAX))
  );
}

function weigh(isCode: boolean, isBrokenOut: boolean, isKnown: boolean): Finding["weight"] {
  if (isBrokenOut) return isCode ? 5 : isKnown ? 4 : 3;
  return isCode ? 4 : 2;
}

/** Does a quote end an attribute before the name: `x" autofocus onfocus=`? One with a blank or slash behind it and none before it that it closes. */
function endsAttribute(value: string, start: number): boolean {
  const from = Math.max(0, start - CODE_BYTES_MAX);
  let doubles = 0;
  let singles = 0;
  let isOut = false;
  for (let at = from; at < start; at++) {
    const code = value.charCodeAt(at);
    if (code !== 0x22 && code !== 0x27 && code !== 0x60) continue;
    const count = code === 0x27 ? ++singles : ++doubles;
    const next = value.charCodeAt(at + 1);
    if (count % 2 === 1 && (next <= 0x20 || next === 0x2f || next === 0x3e)) isOut = true;
  }
  return isOut;
}
