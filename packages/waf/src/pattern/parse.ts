// Reads the dialect of PCRE (pcre2pattern(3)) that rules are written in. What is not read here is a problem at load, never a
// guess: conditions, recursion, \K, \G, \C, \R, \X, callouts and verbs have no meaning that a linear engine could keep.

import { ALL_BYTES, type ByteSet, ofRange, ofText, withBothCases, without } from "./byte-set.ts";
import { parseClass } from "./class.ts";
import { readEscape } from "./escape.ts";
import { parseOpening } from "./opening.ts";
import { PatternProblem, type Reader } from "./reader.ts";
import { choice, lengthsOf, NOTHING, type Node, type Place, sequence } from "./tree.ts";

/** Deeper groups than any rule needs; keeps a made-up pattern from using up the stack. */
const DEPTH_MAX = 250;
/** PCRE's own limit of a counted repeat is 65,535; copies of a part are what the linear engine pays for it. */
const REPEAT_MAX = 65_535;
/** Repeats of a repeat, `a+?{2}…`: each goes one level deeper, as groups do. */
const REPEATS_MAX = 10;
const LINE_BREAK = ofText("\n");

export interface Flags {
  ignoreCase: boolean;
  dotAll: boolean;
  multiline: boolean;
  extended: boolean;
}

export interface Parsed {
  readonly tree: Node;
  /** How many groups capture. */
  readonly groups: number;
}

/** Reads a pattern, one character for each byte; throws PatternProblem where it says something that is not supported. */
export function parsePattern(source: string, flags: Readonly<Flags>): Parsed {
  const reader: Reader = { source, at: 0, groups: 0, names: new Map(), classes: new Map(), depth: 0 };
  const tree = parseChoice(reader, { ...flags });
  if (reader.at < source.length) throw new PatternProblem(reader, "an unmatched )");
  return { tree, groups: reader.groups };
}

/** Up to the closing parenthesis or the end. Flags set inside hold to the end of the group. */
function parseChoice(reader: Reader, flags: Flags): Node {
  if (++reader.depth > DEPTH_MAX) throw new PatternProblem(reader, `groups deeper than ${DEPTH_MAX}`);
  const branches: Node[] = [];
  let parts: Node[] = [];
  for (;;) {
    const char = reader.source[reader.at];
    if (char === undefined || char === ")") break;
    if (char === "|") {
      reader.at++;
      branches.push(sequence(parts));
      parts = [];
      continue;
    }
    const part = parsePart(reader, flags);
    if (part !== undefined) parts.push(part);
  }
  reader.depth--;
  branches.push(sequence(parts));
  return choice(branches);
}

function parsePart(reader: Reader, flags: Flags): Node | undefined {
  if (flags.extended && skipExtended(reader)) return undefined;
  const atom = parseAtom(reader, flags);
  return atom && parseRepeats(reader, flags, atom);
}

function skipExtended(reader: Reader): boolean {
  const char = reader.source[reader.at];
  if (char === undefined) return false;
  if ("\t\n\v\f\r ".includes(char)) {
    reader.at++;
    return true;
  }
  if (char !== "#") return false;
  const end = reader.source.indexOf("\n", reader.at);
  reader.at = end < 0 ? reader.source.length : end + 1;
  return true;
}

const PLACES: ReadonlyMap<string, (flags: Flags) => Place> = new Map([
  ["^", (flags: Flags): Place => (flags.multiline ? "line-start" : "start")],
  // Without (?m) only the very end, as ModSecurity 2 asks of PCRE (DOLLAR_ENDONLY) and as the Core Rule Set expects.
  ["$", (flags: Flags): Place => (flags.multiline ? "line-end" : "end")],
]);

function parseAtom(reader: Reader, flags: Flags): Node | undefined {
  const char = reader.source[reader.at++] ?? "";
  const place = PLACES.get(char);
  if (place !== undefined) return { kind: "place", place: place(flags) };
  if (char === ".") return { kind: "set", bytes: flags.dotAll ? ALL_BYTES : without(LINE_BREAK) };
  if (char === "[") return classNode(reader, flags);
  if (char === "(") return parseGroup(reader, flags);
  if (char === "\\") return parseEscaped(reader, flags);
  if ("*+?".includes(char)) throw new PatternProblem(reader, `${char} with nothing to repeat`);
  return single(char, flags);
}

function asWritten(bytes: ByteSet): ByteSet {
  return bytes;
}

function set(bytes: ByteSet, flags: Flags): Node {
  return { kind: "set", bytes: flags.ignoreCase ? withBothCases(bytes) : bytes };
}

/** Single bytes make up most of a pattern: each is made once, in both readings. */
const SINGLES = Array.from({ length: 256 }, (_, code): Node => ({ kind: "set", bytes: ofRange(code, code) }));
const SINGLES_IN_BOTH_CASES = Array.from({ length: 256 }, (_, code): Node => ({ kind: "set", bytes: withBothCases(ofRange(code, code)) }));

function single(char: string, flags: Flags): Node {
  return (flags.ignoreCase ? SINGLES_IN_BOTH_CASES : SINGLES)[char.charCodeAt(0) & 0xff] ?? NOTHING;
}

/** A class that is written again is the same set. */
function classNode(reader: Reader, flags: Flags): Node {
  const start = reader.at;
  const bytes = parseClass(reader, flags.ignoreCase ? withBothCases : asWritten);
  const key = `${flags.ignoreCase}${reader.source.slice(start, reader.at)}`;
  const known = reader.classes.get(key) ?? { kind: "set", bytes };
  reader.classes.set(key, known);
  return known;
}

function parseEscaped(reader: Reader, flags: Flags): Node | undefined {
  const escaped = readEscape(reader);
  if (escaped.kind === "bytes") return set(escaped.bytes, flags);
  if (escaped.kind === "byte") return single(String.fromCharCode(escaped.code), flags);
  if (escaped.kind === "place") return { kind: "place", place: escaped.place };
  if (escaped.kind === "again") return { kind: "again", group: escaped.group, ignoreCase: flags.ignoreCase };
  // \Z: the end, or the line break that ends the text.
  if (escaped.kind === "last-line-end") return lookAhead(sequence([optional(set(LINE_BREAK, flags)), { kind: "place", place: "end" }]));
  if (escaped.text === "") return undefined;
  // \Q…\E: what follows repeats the last character only.
  const parts = [...escaped.text].map((char) => single(char, flags));
  const last = parts.pop() ?? NOTHING;
  return sequence([...parts, parseRepeats(reader, flags, last)]);
}

function lookAhead(body: Node): Node {
  return { kind: "look", body, ahead: true, negated: false };
}

function optional(body: Node): Node {
  return { kind: "repeat", body, least: 0, most: 1, manner: "greedy" };
}

function parseGroup(reader: Reader, flags: Flags): Node | undefined {
  const opening = parseOpening(reader, flags);
  if (opening.kind === "comment") return undefined;
  if (opening.kind === "flags") {
    Object.assign(flags, opening.flags);
    return undefined;
  }
  const body = parseChoice(reader, { ...flags, ...(opening.kind === "plain" ? opening.flags : {}) });
  if (reader.source[reader.at++] !== ")") throw new PatternProblem(reader, "a ( without its )");
  if (opening.kind === "capture") return { kind: "group", body, index: opening.index };
  if (opening.kind === "look" && !opening.ahead && lengthsOf(body)[1] === Number.POSITIVE_INFINITY) {
    throw new PatternProblem(reader, "a look behind without an end");
  }
  if (opening.kind === "look") return { kind: "look", body, ahead: opening.ahead, negated: opening.negated };
  return opening.kind === "atomic" ? { kind: "atomic", body } : sequence([body]);
}

const COUNT = /\{(\d{1,5})?(,)?(\d{1,5})?\}/y;

interface Count {
  readonly least: number;
  readonly most: number;
}

const SIGNS: ReadonlyMap<string, Count> = new Map([
  ["*", { least: 0, most: Number.POSITIVE_INFINITY }],
  ["+", { least: 1, most: Number.POSITIVE_INFINITY }],
  ["?", { least: 0, most: 1 }],
]);

function parseRepeats(reader: Reader, flags: Flags, atom: Node): Node {
  let node = atom;
  for (let repeats = 0; ; repeats++) {
    while (flags.extended && skipExtended(reader));
    const count = readCount(reader);
    if (count === undefined) return node;
    if (repeats >= REPEATS_MAX) throw new PatternProblem(reader, `more than ${REPEATS_MAX} repeats of one part`);
    const sign = reader.source[reader.at];
    if (sign === "?" || sign === "+") reader.at++;
    node = { kind: "repeat", body: node, ...count, manner: sign === "?" ? "lazy" : "greedy" };
    if (sign === "+") node = { kind: "atomic", body: node };
  }
}

function readCount(reader: Reader): Count | undefined {
  const sign = SIGNS.get(reader.source[reader.at] ?? "");
  if (sign !== undefined) {
    reader.at++;
    return sign;
  }
  COUNT.lastIndex = reader.at;
  const found = COUNT.exec(reader.source);
  // PCRE reads {, {} and {,5} as themselves.
  if (found?.[1] === undefined) return undefined;
  reader.at = COUNT.lastIndex;
  const least = Number(found[1]);
  const most = found[3] !== undefined ? Number(found[3]) : found[2] === undefined ? least : Number.POSITIVE_INFINITY;
  if (least > REPEAT_MAX || (most > REPEAT_MAX && most !== Number.POSITIVE_INFINITY)) throw new PatternProblem(reader, "a count too large");
  if (most < least) throw new PatternProblem(reader, "a count whose end is below its start");
  return { least, most };
}
