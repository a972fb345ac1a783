import { createScanner } from "../../scan/index.ts";
import { byteSet, findByte } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { OPERAND } from "../trace.ts";
import { BEGINNINGS, type Beginning, beginsAsCode } from "./beginnings.ts";
import { findBrokenOut } from "./broken-out.ts";
import { CALL_WORDS, DOTTED_PHRASES, ESCAPES, MARKED_PHRASES, mayEndCall, nextHash, pathWeight, shapeOf } from "./calls.ts";
import { findShell, LANGUAGE_WORDS } from "./shell.ts";
import { codeTraceDetector } from "./traces.ts";

// Code of the server's own language: calls that leave the process, in the place where injected code starts.

/** CWE-94: improper control of generation of code. */
const CWE = 94;
/** Opening parentheses of one value that are looked at. */
const CALLS_MAX = 2000;
/** Bytes of a name that are read back from its parenthesis. */
const NAME_BYTES_MAX = 60;
const ARGUMENT_BYTES = 24;

const needs = byteSet("($<@#_{[;|\\`");
/** Some phrases have dots alone. */
const rareNeeds = byteSet("($<@#_{[;|\\.");
const marks = byteSet("$<@#_{[\\");

/** `"Ex"&"e"&"cute"` holds it. */
const JOINT = '"&"';
const PHRASES = [...DOTTED_PHRASES, ...MARKED_PHRASES];

/** One scan says which of the phrases, and of the languages of web shells, a value may hold: most values hold none. */
const SCANNER = createScanner([...PHRASES.map(([needle]) => [needle]), ...LANGUAGE_WORDS]);
const held = new Uint32Array((SCANNER.groups + 31) >> 5);
const WORDED = BEGINNINGS.filter(({ words }) => words !== undefined);
const WORDLESS = BEGINNINGS.filter(({ words }) => words === undefined);

/** What is rare in the values of people: words of it are looked for in all values at once. */
const RARE_WORDS = [
  ...new Set([JOINT, ...PHRASES.map(([needle]) => needle), ...LANGUAGE_WORDS.flat(), ...WORDED.flatMap(({ words }) => words ?? [])]),
];

/** Asked in this order: what the first finds is what all of them find together. */
export const codeDetectors: readonly Detector[] = [
  { name: "code", sparesDocuments: true, needs: rareNeeds, words: RARE_WORDS, find: findRare },
  { name: "code", sparesDocuments: true, needs, words: CALL_WORDS, find: (value) => findCalls(value) },
  { name: "code", sparesDocuments: true, needs, find: (value) => surer(findBeginnings(value, WORDLESS, undefined), findBrokenOut(value)) },
  codeTraceDetector,
];

/** Code that would run if the value were evaluated, where it is not a call or a beginning that is told without words. Linear: one scan for all phrases. */
function findRare(value: string): Finding | undefined {
  held.fill(0);
  SCANNER.scanInto(value, held);
  const shell = findShell(value, isLanguageHeld);
  if (shell !== undefined) return shell;
  const joined = value.includes(JOINT) ? joinedPieces(value) : undefined;
  const phrase = findPhrase(value, undefined);
  if (phrase === undefined && joined === undefined && findBeginnings(value, WORDED, undefined) === undefined) return undefined;
  return findPhrase(value, findBeginnings(value, BEGINNINGS, surer(findCalls(value), joined)));
}

/** Linear: bounded look-back at each parenthesis. */
function findCalls(value: string): Finding | undefined {
  let best: Finding | undefined;
  let at = value.indexOf("(");
  for (let calls = 0; at >= 0 && calls < CALLS_MAX && best?.weight !== 5; calls++) {
    best = surer(best, callAt(value, at));
    at = value.indexOf("(", at + 1);
  }
  return best;
}

function findBeginnings(value: string, beginnings: readonly Beginning[], known: Finding | undefined): Finding | undefined {
  let best = known;
  const mayBegin = beginsAsCode(value);
  for (const { kind, weight, pattern, words } of beginnings)
    if ((mayBegin || words !== undefined) && pattern.test(value)) best = surer(best, finding(kind, weight, CWE, value));
  return best;
}

/** `"Ex"&"e"&"cute"`: a word in pieces, put together again by the server (VBScript). */
function joinedPieces(value: string): Finding | undefined {
  const start = value.indexOf('"&"');
  const pieces = value.slice(Math.max(0, start - NAME_BYTES_MAX), start + NAME_BYTES_MAX);
  return /"[^"]{1,12}"&"[^"]{1,12}"&"/.test(pieces) ? finding("code.pieces", 4, CWE, value, start) : undefined;
}

function isHeld(group: number): boolean {
  return ((held[group >> 5] ?? 0) & (1 << (group & 31))) !== 0;
}

function isLanguageHeld(language: number): boolean {
  return isHeld(PHRASES.length + language);
}

/** The surest of what is known and of the phrases that the last scan has met. */
function findPhrase(value: string, known: Finding | undefined): Finding | undefined {
  let best = known;
  let lower: string | undefined;
  const end = hasMark(value) ? PHRASES.length : DOTTED_PHRASES.length;
  for (let index = 0; index < end; index++) {
    const phrase = PHRASES[index];
    if (phrase === undefined || !isHeld(index)) continue;
    const [needle, weight] = phrase;
    lower ??= value.toLowerCase();
    const at = placeOf(lower, needle);
    if (at < 0) continue;
    // Of two that are as sure, the escape is told: it is none of a program that somebody shows.
    const isEscape = ESCAPES.has(needle);
    const here = finding(isEscape ? "code.escape" : "code.phrase", weight, CWE, value, at);
    best = isEscape ? surer(here, best) : surer(best, here);
  }
  return best;
}

/** Names of classes that lines of stack traces hold. */
const TRACED: ReadonlySet<string> = new Set(["java.lang.runtime", "java.lang.processbuilder"]);
/** `java.lang.RuntimeException`, `java.lang.ProcessBuilder.start(ProcessBuilder.java:1128)`: another class; what was called, with a place that no call has. */
const TRACE =
  /^java\.lang\.(?:runtime|processbuilder)(?:[a-z]|(?:\$\w{1,20})?\.\w{1,30}\((?:\w{1,40}\.java:\d{1,6}|native method|unknown source|compiled code|[a-z][\w.<>[\]&]{0,60} [a-z]\w{0,40}(?:, ?[a-z][\w.<>[\]&]{0,60} [a-z]\w{0,40}){0,5})\))/;
const TRACE_BYTES_MAX = 160;
/** Places of one name that are looked at. */
const TRACES_MAX = 200;

/** Where a phrase stands as code, -1 where all of its places are lines of a stack trace. */
function placeOf(lower: string, needle: string): number {
  let at = lower.indexOf(needle);
  if (!TRACED.has(needle)) return at;
  for (let places = 0; at >= 0 && places < TRACES_MAX; places++) {
    if (!TRACE.test(lower.slice(at, at + TRACE_BYTES_MAX))) return at;
    at = lower.indexOf(needle, at + needle.length);
  }
  return at;
}

function hasMark(value: string): boolean {
  return findByte(value, marks) >= 0;
}

function callAt(value: string, open: number): Finding | undefined {
  let end = open;
  while (end > 0 && open - end < 8 && value.charCodeAt(end - 1) <= 0x20) end--;
  let start = end;
  let hash = 0;
  for (; start > 0 && end - start < NAME_BYTES_MAX; start--) {
    const code = value.charCodeAt(start - 1);
    if (!isNameByte(code) || code === 0x2e || code === 0x3a) break;
    hash = nextHash(hash, code);
  }
  // Most parentheses stand behind a name that is nothing here.
  if (start < end && !mayEndCall(hash)) return undefined;
  while (start > 0 && end - start < NAME_BYTES_MAX && isNameByte(value.charCodeAt(start - 1))) start--;
  // The dot of `'.system(…)` joins texts.
  while (start < end && (value.charCodeAt(start) === 0x2e || value.charCodeAt(start) === 0x3a)) start++;
  if (start === end) return quotedCall(value, open, end);
  const path = value.slice(start, end).toLowerCase();
  const parts = path.replaceAll("()", "").split(/\.|->|::/);
  const last = parts.at(-1) ?? "";
  const pair = parts.length > 1 ? pathWeight(`${parts.at(-2)}.${last}`) : undefined;
  if (pair !== undefined) return finding("code.call", starts(value, start) ? pair : 3, CWE, value, start);
  const shape = shapeOf(last);
  if (shape === undefined || parts.length > 1 || !shape.argument.test(value.slice(open + 1, open + 1 + ARGUMENT_BYTES))) return undefined;
  // A blank in front of the parenthesis is how prose writes.
  if (end < open && shape.weight < 5 && !/^\s{0,4}['"$]/.test(value.slice(open + 1, open + 6))) return undefined;
  return finding("code.call", starts(value, start) ? shape.weight : shape.weight === 5 ? 3 : 2, CWE, value, start);
}

/** `('system')('id')`: the name of the function is a text. */
function quotedCall(value: string, open: number, end: number): Finding | undefined {
  const next = value.charCodeAt(open + 1);
  const behind = value.charCodeAt(open + 2);
  if ((next !== 0x27 && next !== 0x22 && behind !== 0x27 && behind !== 0x22) || value.charCodeAt(end - 1) === 0x28) return undefined;
  const name = /(?:\(\s?['"]?|['"])(\w{2,30})['"]?\s?\)?$/.exec(value.slice(Math.max(0, end - NAME_BYTES_MAX), end));
  const shape = shapeOf((name?.[1] ?? "").toLowerCase());
  if (name === null || shape === undefined || !/^\s?['"]/.test(value.slice(open + 1, open + 4))) return undefined;
  return finding("code.call", 5, CWE, value, Math.max(0, end - name[0].length));
}

/** Injected code starts the value, or follows the end of a text, of a statement or of a block. */
function starts(value: string, start: number): boolean {
  let before = start - 1;
  while (before >= 0 && (value.charCodeAt(before) <= 0x20 || value.charCodeAt(before) === 0x40)) before--;
  if (before < 0) return true;
  if (before < PRINTED_BYTES_MAX && PRINTED.test(value.slice(0, before + 1))) return true;
  if (before < OPERAND_BYTES_MAX && OPERAND.test(value.slice(0, start).toLowerCase())) return true;
  const code = value.charCodeAt(before);
  if (code === 0x2e || code === 0x2b || code === 0x7c || code === 0x26) return behindQuote(value, before);
  return (
    code === 0x3b || code === 0x7b || code === 0x27 || code === 0x22 || code === 0x25 || code === 0x3e || code === 0x21 || code === 0x24
  );
}

/** What is run is shown: the value begins with the word for it. */
const PRINTED = /^[\s'");}@]{0,8}(?:echo|print|puts|die|lambda\s{0,2}\w{0,12}\s?:)$/i;
const PRINTED_BYTES_MAX = 32;
/** How far into a value code may stand behind an operand of its own. */
const OPERAND_BYTES_MAX = 64;

/** `'.system(…)`, `"+eval(…)`, `&& system(…)`. */
function behindQuote(value: string, at: number): boolean {
  let before = at - 1;
  while (before >= 0 && (value.charCodeAt(before) <= 0x20 || value.charCodeAt(before) === value.charCodeAt(at))) before--;
  const code = value.charCodeAt(before);
  return before < 0 || code === 0x27 || code === 0x22 || code === 0x29;
}

function isNameByte(code: number): boolean {
  if ((code >= 0x30 && code <= 0x39) || ((code | 32) >= 0x61 && (code | 32) <= 0x7a)) return true;
  return code === 0x5f || code === 0x2e || code === 0x3a;
}
