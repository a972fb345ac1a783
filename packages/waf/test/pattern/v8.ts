// A tree → the source of a V8 expression that means the same on byte strings. Never with `u` or `v`: those read pairs of bytes.

import { type ByteSet, bytesOf, sizeOf, withBothCases } from "../../src/pattern/byte-set.ts";
import { below, type Node, type Place } from "../../src/pattern/tree.ts";

export interface Written {
  readonly expression: RegExp;
  /** `groups[n]`: the number under which V8 knows group n of the pattern. */
  readonly groups: readonly number[];
}

interface Pen {
  /** All sets hold both cases of what they hold: V8's own flag says it shorter, and lets V8 look for words. */
  readonly ignoreCase: boolean;
  readonly groups: number[];
  written: number;
}

/** Writes the tree as an expression of V8: the engine that ours are compared with. */
export function writeExpression(tree: Node): Written {
  const ignoreCase = hasBothCases(tree);
  const pen: Pen = { ignoreCase, groups: [0], written: 0 };
  // Numbers first: a reference may stand before the text of a later group.
  const source = write(pen, tree);
  return { expression: new RegExp(source, ignoreCase ? "i" : ""), groups: pen.groups };
}

function hasBothCases(node: Node): boolean {
  if (node.kind === "set") return isClosed(node.bytes);
  if (node.kind === "again") return node.ignoreCase;
  return below(node).every(hasBothCases);
}

/** Is the set the same under V8's folding, which also folds the letters of latin1 (0xC0–0xDE and 0xE0–0xFE)? */
function isClosed(set: ByteSet): boolean {
  const both = withBothCases(set);
  for (let code = 0xe0; code < 0xff; code++) if (code !== 0xf7 && set[code] !== set[code - 0x20]) return false;
  return both.every((bit, code) => bit === set[code]);
}

/** As groups, so that they can be repeated. */
const PLACES: Readonly<Record<Place, string>> = {
  start: "(?:^)",
  end: "(?:$)",
  // PCRE breaks lines at \n alone, and does not start a line behind the one that ends the text; V8's `m` does otherwise.
  "line-start": "(?:^|(?<=\\n)(?=[^]))",
  "line-end": "(?![^\\n])",
  "word-edge": "(?:\\b)",
  "no-word-edge": "(?:\\B)",
};

function write(pen: Pen, node: Node): string {
  switch (node.kind) {
    case "set":
      return writeSet(node.bytes, pen.ignoreCase);
    case "sequence":
      return node.parts.map((part) => (part.kind === "choice" ? `(?:${write(pen, part)})` : write(pen, part))).join("");
    case "choice":
      return node.parts.map((part) => write(pen, part)).join("|");
    case "repeat":
      return writeOne(pen, node.body) + count(node.least, node.most) + (node.manner === "lazy" ? "?" : "");
    case "group":
      pen.groups[node.index] = ++pen.written;
      return `(${write(pen, node.body)})`;
    case "place":
      return PLACES[node.place];
    case "look":
      // A lookahead cannot be repeated in V8's stricter reading; a group around it can.
      return `(?:(?${node.ahead ? "" : "<"}${node.negated ? "!" : "="}${write(pen, node.body)}))`;
    case "atomic": {
      // V8 does not go back into a lookahead that has matched.
      const own = ++pen.written;
      return `(?:(?=(${write(pen, node.body)}))\\${own})`;
    }
    case "again":
      return `(?:\\${pen.groups[node.group] ?? 0})`;
  }
}

function writeOne(pen: Pen, node: Node): string {
  const text = write(pen, node);
  return node.kind === "set" || node.kind === "group" ? text : `(?:${text})`;
}

function count(least: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return least === 0 ? "*" : least === 1 ? "+" : `{${least},}`;
  if (least === 0 && most === 1) return "?";
  return least === most ? `{${least}}` : `{${least},${most}}`;
}

function writeSet(set: ByteSet, ignoreCase: boolean): string {
  const size = sizeOf(set);
  if (size === 256) return "[^]";
  if (size === 0) return "[]";
  const isMost = size > 128;
  const listed = bytesOf(set.map((bit, code) => (isMost ? 1 - bit : ignoreCase && isUpper(code) ? 0 : bit)));
  if (listed.length === 1 && !isMost) return writeByte(listed[0] ?? 0);
  return `[${isMost ? "^" : ""}${rangesOf(listed)}]`;
}

function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function rangesOf(codes: readonly number[]): string {
  let text = "";
  for (let first = 0; first < codes.length; ) {
    let last = first;
    while (codes[last + 1] === (codes[last] ?? 0) + 1) last++;
    text += writeByte(codes[first] ?? 0);
    if (last > first) text += (last > first + 1 ? "-" : "") + writeByte(codes[last] ?? 0);
    first = last + 1;
  }
  return text;
}

function writeByte(code: number): string {
  const char = String.fromCharCode(code);
  return /[A-Za-z0-9_ ]/.test(char) ? char : `\\x${code.toString(16).padStart(2, "0")}`;
}
