import { createScanner, type Scanner } from "../../scan/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { DOTTED_PHRASES, ESCAPES, MARKED_PHRASES, pathWeight, shapeOf } from "./calls.ts";
import { findShell } from "./shell.ts";

// Code of the server's own language: calls that leave the process, in the place where injected code starts.

/** CWE-94: improper control of generation of code. */
const CWE = 94;
/** Opening parentheses of one value that are looked at. */
const CALLS_MAX = 2000;
/** Bytes of a name that are read back from its parenthesis. */
const NAME_BYTES_MAX = 60;
const ARGUMENT_BYTES = 24;

const needs = new Uint8Array(256);
for (const character of "($<@#_{[;|\\") needs[character.charCodeAt(0)] = 1;

const marks = new Uint8Array(256);
for (const character of "$<@#_{[\\") marks[character.charCodeAt(0)] = 1;

/** Phrases with their weights, and one scan that says which of them a value holds: there are many, and most values hold none. */
interface Searched {
  readonly phrases: typeof MARKED_PHRASES;
  readonly scanner: Scanner;
}

const DOTTED = searched(DOTTED_PHRASES);
const MARKED = searched(MARKED_PHRASES);

export const codeDetector: Detector = { name: "code", sparesDocuments: true, needs, find: findCode };

/** Code that would run if the value were evaluated. Linear: bounded look-back at each parenthesis, one scan for all phrases. */
export function findCode(value: string): Finding | undefined {
  const shell = findShell(value);
  if (shell !== undefined) return shell;
  let best: Finding | undefined;
  let at = value.indexOf("(");
  for (let calls = 0; at >= 0 && calls < CALLS_MAX && best?.weight !== 5; calls++) {
    best = surer(best, callAt(value, at));
    at = value.indexOf("(", at + 1);
  }
  if (value.includes('"&"')) best = surer(best, joinedPieces(value));
  for (const { kind, weight, pattern } of BEGINNINGS) if (pattern.test(value)) best = surer(best, finding(kind, weight, CWE, value));
  const lower = value.toLowerCase();
  best = phraseIn(value, lower, DOTTED, best);
  return hasMark(value) ? phraseIn(value, lower, MARKED, best) : best;
}

/** What a value may begin with that is run: formulas of spreadsheets that start programs or tell, files of another server, classes. Bounded. */
const BEGINNINGS = [
  {
    kind: "code.formula",
    weight: 5,
    pattern: /^[\s"']{0,4}[=+@-][\w\s()+*.,"'-]{0,40}\b(?:cmd|msexcel|powershell|rundll32|regsvr32|mshta)(?:\.exe)?\s{0,4}\|\s{0,4}['"]/i,
  },
  {
    kind: "code.formula",
    weight: 4,
    pattern:
      /^[\s"']{0,4}[=+@-]\s{0,4}(?:dde\s{0,4}\(|webservice\s{0,4}\(|(?:hyperlink|importxml|importdata|importhtml|importfeed|image)\s{0,4}\(\s{0,4}(?:concatenate\s?\()?\s{0,4}"(?:https?|ftp):[^"]{0,200}"\s{0,4}&)/i,
  },
  {
    kind: "code.include",
    weight: 5,
    pattern: /^[\s;'"@]{0,8}(?:include|require)(?:_once)?\s{0,4}\(?\s{0,4}['"](?:https?|ftp|php|data|phar|expect):/i,
  },
  {
    kind: "code.call",
    weight: 5,
    pattern:
      /^[\w\s.@:=-]{0,40}['"]\s?\.\s?@?(?:system|print|eval|passthru|exec|phpinfo|md5|var_dump|die|print_r|shell_exec|assert|file_get_contents|readfile)\s?\(/i,
  },
  {
    kind: "code.call",
    weight: 4,
    pattern:
      /^@?(?:system|exec|passthru|shell_exec|popen|proc_open)\s?\(\s?\$?[a-z_][\w\s./-]{0,60}\);?$|^\w{1,40}\(\);(?:print|echo|system|eval|var_dump|md5|phpinfo)\s?\(/i,
  },
  { kind: "code.call", weight: 5, pattern: /^zerodium\w/ },
  { kind: "code.backtick", weight: 4, pattern: /^[\s;'"@]{0,8}(?:print|print_r|var_dump|die|exit|puts)\s{0,4}\(\s{0,4}`/i },
  { kind: "code.escape", weight: 5, pattern: /^script::|^[^\n]{0,120}Runtime\s?\.\s?getRuntime\s?\(\s?\)[^\n]{0,60}\.exec\s?\(/ },
  {
    kind: "code.call",
    weight: 4,
    pattern: /^[\w\s-]{0,40}["']\s?;\s?\}\s?(?:header|print|echo|system|eval|exec|phpinfo|die|class|function)\b/,
  },
  { kind: "code.import", weight: 5, pattern: /^[^\n]{0,200}__import__\s?\(\s?\\?['"](?:os|subprocess|sys|socket|commands|pty)\b/ },
  { kind: "code.page", weight: 4, pattern: /^[\s<%!@>"-]{0,24}execute(?:global)?\s?\(?\s?request\s?\(/i },
  { kind: "code.class", weight: 4, pattern: /^[\s;'"]{0,8}new\s{1,4}javax?\.\w/ },
  { kind: "code.module", weight: 4, pattern: /^[\s;'"]{0,8}require\s?\(\s?["'](?:node:)?(?:https?|net|fs|os|vm|dns)["']\s?\)\s?\.\w/ },
  { kind: "code.call", weight: 4, pattern: /^[\s;'"(]{0,8}new\s{1,4}Function\s?\(?\s?["'`]/ },
  { kind: "code.class", weight: 4, pattern: /^@\(?\s?(?:System|Microsoft)\.[\w.]{2,60}\(/ },
  {
    kind: "code.pieces",
    weight: 5,
    pattern: /^[\s;@]{0,4}(?:\(?["']\w{1,20}["'](?:\.["']\w{1,20}["']){1,5}\)?|\(\w{1,20}\.\(\w{1,20}\)(?:\.\(?\w{1,20}\)?){0,3}\))\(/,
  },
] as const;

/** `"Ex"&"e"&"cute"`: a word in pieces, put together again by the server (VBScript). */
function joinedPieces(value: string): Finding | undefined {
  const start = value.indexOf('"&"');
  const pieces = value.slice(Math.max(0, start - NAME_BYTES_MAX), start + NAME_BYTES_MAX);
  return /"[^"]{1,12}"&"[^"]{1,12}"&"/.test(pieces) ? finding("code.pieces", 4, CWE, value, start) : undefined;
}

function searched(phrases: typeof MARKED_PHRASES): Searched {
  return { phrases, scanner: createScanner(phrases.map(([needle]) => [needle])) };
}

const isZero = (word: number): boolean => word === 0;

function phraseIn(value: string, lower: string, { phrases, scanner }: Searched, known: Finding | undefined): Finding | undefined {
  let best = known;
  const held = scanner.scan(lower);
  if (held.every(isZero)) return known;
  for (const [index, [needle, weight]] of phrases.entries()) {
    if (((held[index >> 5] ?? 0) & (1 << (index & 31))) === 0) continue;
    // Of two that are as sure, the escape is told: it is none of a program that somebody shows.
    const isEscape = ESCAPES.has(needle);
    const here = finding(isEscape ? "code.escape" : "code.phrase", weight, CWE, value, lower.indexOf(needle));
    best = isEscape ? surer(here, best) : surer(best, here);
  }
  return best;
}

function hasMark(value: string): boolean {
  for (let at = 0; at < value.length; at++) if (marks[value.charCodeAt(at)] === 1) return true;
  return false;
}

function callAt(value: string, open: number): Finding | undefined {
  let end = open;
  while (end > 0 && open - end < 8 && value.charCodeAt(end - 1) <= 0x20) end--;
  let start = end;
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
  const code = value.charCodeAt(before);
  if (code === 0x2e || code === 0x2b || code === 0x7c || code === 0x26) return behindQuote(value, before);
  return (
    code === 0x3b || code === 0x7b || code === 0x27 || code === 0x22 || code === 0x25 || code === 0x3e || code === 0x21 || code === 0x24
  );
}

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
