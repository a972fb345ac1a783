// Prototype pollution: names that lead from an object to what all objects share.
import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { findWord } from "../find-word.ts";
import { finding, surer } from "../finding.ts";

const CWE_POLLUTION = 1321;

const ACCESSORS: readonly string[] = ["__definegetter__", "__definesetter__", "__lookupgetter__", "__lookupsetter__"];

/** Of the names below that are left once a careless filter has taken a word out, those in which none of the others stands. */
const NESTED_WORDS: readonly string[] = ["__proprototypeto__", "constprototypeructor", "protoprototypetype"];

/** What follows the underscores of `__proto__` and of an accessor. */
const FIRST_LETTERS = byteSet("pPdDlL");

export const prototypeDetector: Detector = {
  name: "prototype",
  sparesDocuments: true,
  needs: byteSet("_r"),
  words: ["__proto__", ...ACCESSORS, "constructor", ...NESTED_WORDS],
  find: findPollution,
};

/** Finds a name that reaches a prototype; linear in the value's length. */
export function findPollution(value: string): Finding | undefined {
  return surer(findProto(value) ?? findConstructor(value), findNested(value));
}

/** A pointer into JSON (RFC 6901), as a patch names what it changes, or a path with slashes. */
const POINTER = /(?:^|[/.])(?:__proto__\/[^\s/]|constructor\/prototype\/[^\s/])|\/(?:__proto__|constructor\/prototype)$/;
/** What is left of it once a careless filter has taken the word out; names of JavaScript keep their case. */
const NESTED =
  /__pro(?:__proto__|constructor|prototype)to__|__proto(?:__proto__)__|const(?:constructor|prototype|__proto__)ructor|proto(?:prototype)type[.[\]]/;
const POINTER_BYTES_MAX = 400;

function findNested(value: string): Finding | undefined {
  if (value.length > POINTER_BYTES_MAX || value.indexOf(" ") >= 0) return undefined;
  return NESTED.test(value) || (POINTER.test(value) && value.indexOf("://") < 0)
    ? finding("prototype.nested", 4, CWE_POLLUTION, value)
    : undefined;
}

/** `__proto__` as a step of a name or key is sure; in a sentence it is talked about. */
function findProto(value: string): Finding | undefined {
  let at = value.indexOf("__");
  if (at < 0) return undefined;
  let best: Finding | undefined;
  // A name or JSON, no text about one.
  const isName = value.indexOf(" ") < 0 || value.startsWith("json.") || value.charCodeAt(0) === 0x7b || value.charCodeAt(0) === 0x5b;
  for (; at >= 0; at = value.indexOf("__", at + 1)) {
    // Of a row of underscores the last two begin a word.
    while (value.charCodeAt(at + 2) === 0x5f) at++;
    if (FIRST_LETTERS[value.charCodeAt(at + 2)] !== 1) continue;
    const word = value.slice(at, at + 16).toLowerCase();
    const isProto = word.startsWith("__proto__");
    if (!isProto && !ACCESSORS.some((name) => word.startsWith(name))) continue;
    const end = at + (isProto ? 9 : 16);
    const weight = isStep(value, at, end) ? (isName ? 5 : 3) : value.length === end - at ? 5 : 2;
    if (best === undefined || weight > best.weight) best = finding("prototype.proto", weight, CWE_POLLUTION, value, at);
    if (weight === 5) return best;
  }
  return best;
}

/** Brackets, dots or the quotes of a key stand around it. */
function isStep(value: string, start: number, end: number): boolean {
  const before = value.charCodeAt(start - 1);
  const after = value.charCodeAt(end);
  const opens = before === 0x5b || before === 0x2e || ((before === 0x22 || before === 0x27) && (after === 0x22 || after === 0x27));
  const closes = after === 0x5b || after === 0x5d || (after === 0x2e && isWordByte(value.charCodeAt(end + 1))) || after === 0x3d;
  if (before === 0x22 || before === 0x27) return opens && /^["']\s{0,8}[:\]]/.test(value.slice(end, end + 12));
  return closes || (opens && (start < 2 || !isWordByte(after)) && !(before === 0x2e && value.charCodeAt(start - 2) <= 0x20));
}

function isWordByte(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || code === 0x5f || (code >= 0x30 && code <= 0x39);
}

/** `constructor.prototype`, `constructor[prototype]`, `"constructor":{"prototype":`. */
function findConstructor(value: string): Finding | undefined {
  for (let at = findWord(value, "constructor"); at >= 0; at = findWord(value, "constructor", at + 11)) {
    const rest = value.slice(at + 11, at + 48);
    if (/^["'`]?(?:\]?\[|\.)["'`]?prototype["'`]?\]?/.test(rest)) {
      // In a program, `.constructor.prototype` stands behind a name; in a parameter's name it stands for itself.
      const isCode = at > 0 && value.indexOf(" ") >= 0;
      return finding("prototype.constructor", isCode ? 3 : 5, CWE_POLLUTION, value, at);
    }
    if (/^["']\s{0,8}:\s{0,8}\{\s{0,8}["']prototype["']/.test(rest)) return finding("prototype.constructor", 5, CWE_POLLUTION, value, at);
  }
  return undefined;
}
