// Thompson, "Regular expression search algorithm" (1968): a tree as a machine without a stack.

import { classesOf, membersOf, type SetWithEdge } from "./byte-classes.ts";
import { type ByteSet, ofText, WORD_BYTES, without } from "./byte-set.ts";
import { lengthsOf, type Node, type Place } from "./tree.ts";

/** What a state of the program does; `to` and `or` are states. */
export const READ = 0; // one byte of set `with`, then `to`
export const FORK = 1; // `to`, or else `or`
export const LOOK_BEHIND = 2; // the byte before is in set `with`, then `to`
export const LOOK_AHEAD = 3; // the byte behind is in set `with`, then `to`
export const SAVE = 4; // remember the place in slot `with`, then `to`
export const DONE = 5;
// What follows is for the backtracker alone.
export const APART = 6; // runs part `with` by itself, then `to`
export const AGAIN = 7; // what group `with` has captured, then `to`
export const ENTER = 8; // remember in register `with` where this round of a loop began, then `to`
export const ROUND = 9; // `to` if this round has read something, else `or`

/** A look or an atomic group: it gives nothing back once it has matched. */
export interface Apart {
  readonly kind: "ahead" | "behind" | "atomic";
  readonly negated: boolean;
  readonly entry: number;
  /** How many bytes a look behind goes back, at least and at most. */
  readonly least: number;
  readonly most: number;
}

/** The program of a pattern: columns of one table, a row for each state. */
export interface Program {
  readonly operation: Uint8Array;
  readonly with: Int32Array;
  readonly to: Int32Array;
  readonly or: Int32Array;
  readonly entry: number;
  /** The class of each byte: bytes that no set tells apart share one. */
  readonly classes: Uint8Array;
  /** How many classes there are; this number itself stands for "no byte": the edge of the text. */
  readonly classCount: number;
  /** `members[set * (classCount + 1) + class]` is 1 where the set holds the class. */
  readonly members: Uint8Array;
  /** `kinds[class]`: which of the sets that are looked for behind hold it; classes of one kind need not be told apart once read. */
  readonly kinds: Int32Array;
  /** Can a match only begin at the start of the text? */
  readonly isAnchored: boolean;
  readonly aparts: readonly Apart[];
  /** Registers of loops whose rounds may read nothing. */
  readonly registers: number;
}

/** For whom a program is: a machine that answers yes or no, a tracer that needs saves, a backtracker that can do all. */
export type ProgramUse = "yes or no" | "captures" | "backtracking";

interface Draft {
  readonly rows: [operation: number, set: number, to: number, or: number][];
  readonly sets: SetWithEdge[];
  readonly known: Map<string, number>;
  readonly numbers: Map<ByteSet, number>;
  readonly numbersWithEdge: Map<ByteSet, number>;
  readonly use: ProgramUse;
  readonly aparts: Apart[];
  registers: number;
}

/** Larger programs are not built: a pattern that needs more does not run on the linear engine. */
export const PROGRAM_STATES_MAX = 50_000;

/** Whether a linear machine can run the tree at all, and within the limit of states. */
export function isLinear(tree: Node): boolean {
  return statesOf(tree) <= PROGRAM_STATES_MAX;
}

/** How many states the program of a tree has, about; Infinity where a linear machine cannot run it. */
export function statesOf(node: Node): number {
  switch (node.kind) {
    case "set":
      return 1;
    case "sequence":
    case "choice":
      return node.parts.reduce((sum, part) => sum + statesOf(part) + 1, 0);
    case "repeat":
      return (statesOf(node.body) + 1) * Math.max(1, node.most === Number.POSITIVE_INFINITY ? node.least + 1 : node.most);
    case "group":
      return statesOf(node.body) + 2;
    case "place":
      return 6;
    case "look":
      return node.body.kind === "set" ? 1 : Number.POSITIVE_INFINITY;
    case "atomic":
    case "again":
      return Number.POSITIVE_INFINITY;
  }
}

/** Builds the program of a tree, which must be `isLinear` unless it is for backtracking. */
export function createProgram(tree: Node, use: ProgramUse): Program {
  const draft: Draft = {
    rows: [],
    sets: [],
    known: new Map(),
    numbers: new Map(),
    numbersWithEdge: new Map(),
    use,
    aparts: [],
    registers: 0,
  };
  const done = add(draft, DONE, 0, 0, 0);
  const entry = use === "yes or no" ? build(draft, tree, done) : save(draft, 0, build(draft, tree, save(draft, 1, done)));
  const { classes, classCount } = classesOf(draft.sets);
  const members = membersOf(draft.sets, classes, classCount);
  const column = (index: 0 | 1 | 2 | 3): Int32Array => Int32Array.from(draft.rows, (row) => row[index]);
  return {
    operation: Uint8Array.from(column(0)),
    with: column(1),
    to: column(2),
    or: column(3),
    entry,
    classes,
    classCount,
    members,
    kinds: kindsOf(draft, members, classCount),
    isAnchored: isAnchored(tree),
    aparts: draft.aparts,
    registers: draft.registers,
  };
}

function add(draft: Draft, operation: number, set: number, to: number, or: number): number {
  return draft.rows.push([operation, set, to, or]) - 1;
}

function save(draft: Draft, slot: number, to: number): number {
  return add(draft, SAVE, slot, to, to);
}

function setNumber(draft: Draft, bytes: ByteSet, edge: boolean): number {
  // Most sets are the very object that was seen before: its 256 bytes need not be compared.
  const numbers = edge ? draft.numbersWithEdge : draft.numbers;
  const seen = numbers.get(bytes);
  if (seen !== undefined) return seen;
  const key = `${edge}${String.fromCharCode(...bytes)}`;
  const number = draft.known.get(key) ?? draft.sets.push({ bytes, edge }) - 1;
  draft.known.set(key, number);
  numbers.set(bytes, number);
  return number;
}

/** Adds the states of a node in front of state `to`; gives back where it begins. */
function build(draft: Draft, node: Node, to: number): number {
  switch (node.kind) {
    case "set":
      return add(draft, READ, setNumber(draft, node.bytes, false), to, to);
    case "sequence":
      return node.parts.reduceRight((next, part) => build(draft, part, next), to);
    case "choice": {
      const starts = node.parts.map((part) => build(draft, part, to));
      return starts.reduceRight((other, start) => add(draft, FORK, 0, start, other));
    }
    case "repeat":
      return buildRepeat(draft, node, to);
    case "group":
      if (draft.use === "yes or no") return build(draft, node.body, to);
      return save(draft, node.index * 2, build(draft, node.body, save(draft, node.index * 2 + 1, to)));
    case "place":
      return build(draft, PLACES[node.place], to);
    case "look":
      return node.body.kind === "set" ? buildLook(draft, node, node.body.bytes, to) : buildApart(draft, node, to);
    case "atomic":
      return buildApart(draft, node, to);
    case "again":
      return add(draft, AGAIN, node.group, to, node.ignoreCase ? 1 : 0);
  }
}

function buildRepeat(draft: Draft, node: Extract<Node, { kind: "repeat" }>, to: number): number {
  let entry = to;
  const fork = (body: number, behind: number): number =>
    node.manner === "lazy" ? add(draft, FORK, 0, behind, body) : add(draft, FORK, 0, body, behind);
  if (node.most === Number.POSITIVE_INFINITY) {
    entry = fork(to, to);
    const body = draft.use === "backtracking" ? buildRound(draft, node.body, entry, to) : build(draft, node.body, entry);
    const row = draft.rows[entry];
    if (row !== undefined) row[node.manner === "lazy" ? 3 : 2] = body;
  } else {
    for (let times = node.least; times < node.most; times++) entry = fork(build(draft, node.body, entry), to);
  }
  for (let times = 0; times < node.least; times++) entry = build(draft, node.body, entry);
  return entry;
}

/** One round of a loop without end. Where a round may read nothing, such a round is the last (pcre2pattern(3), "Repetition"). */
function buildRound(draft: Draft, body: Node, again: number, to: number): number {
  if (lengthsOf(body)[0] > 0) return build(draft, body, again);
  const register = draft.registers++;
  return add(draft, ENTER, register, build(draft, body, add(draft, ROUND, register, again, to)), to);
}

/** Places are looks at one byte, or at the edge where there is none. */
function look(ahead: boolean, bytes: ByteSet, edge: boolean): Node {
  // "Not in the rest" is "in the set, or at the edge".
  return { kind: "look", ahead, negated: edge, body: { kind: "set", bytes: edge ? without(bytes) : bytes } };
}

const LINE_BREAK = ofText("\n");
const NO_BYTES: ByteSet = new Uint8Array(256);
const NO_WORD = without(WORD_BYTES);

function either(...parts: readonly (readonly Node[])[]): Node {
  return { kind: "choice", parts: parts.map((nodes) => ({ kind: "sequence", parts: nodes })) };
}

const START = look(false, NO_BYTES, true);
/** What a condition on a place asks of the bytes on its two sides. */
export const PLACES: Readonly<Record<Place, Node>> = {
  start: START,
  end: look(true, NO_BYTES, true),
  // Not behind the line break that ends the text (pcre2pattern(3), "Circumflex and dollar").
  "line-start": either([START], [look(false, LINE_BREAK, false), look(true, without(NO_BYTES), false)]),
  "line-end": look(true, LINE_BREAK, true),
  "word-edge": either(
    [look(false, WORD_BYTES, false), look(true, NO_WORD, true)],
    [look(false, NO_WORD, true), look(true, WORD_BYTES, false)],
  ),
  "no-word-edge": either(
    [look(false, WORD_BYTES, false), look(true, WORD_BYTES, false)],
    [look(false, NO_WORD, true), look(true, NO_WORD, true)],
  ),
};

function buildLook(draft: Draft, node: Extract<Node, { kind: "look" }>, set: ByteSet, to: number): number {
  const bytes = node.negated ? without(set) : set;
  return add(draft, node.ahead ? LOOK_AHEAD : LOOK_BEHIND, setNumber(draft, bytes, node.negated), to, to);
}

function buildApart(draft: Draft, node: Extract<Node, { kind: "look" | "atomic" }>, to: number): number {
  const entry = build(draft, node.body, add(draft, DONE, 0, 0, 0));
  const [least, most] = lengthsOf(node.body);
  const kind = node.kind === "atomic" ? "atomic" : node.ahead ? "ahead" : "behind";
  const number = draft.aparts.push({ kind, negated: node.kind === "look" && node.negated, entry, least, most }) - 1;
  return add(draft, APART, number, to, to);
}

function kindsOf(draft: Draft, members: Uint8Array, classCount: number): Int32Array {
  const width = classCount + 1;
  const behind = [...new Set(draft.rows.filter(([operation]) => operation === LOOK_BEHIND).map(([, set]) => set))];
  const names = new Map<string, number>();
  const kinds = new Int32Array(width);
  for (let column = 0; column < width; column++) {
    const name = behind.map((set) => members[set * width + column]).join("");
    const kind = names.get(name) ?? names.size;
    names.set(name, kind);
    kinds[column] = kind;
  }
  return kinds;
}

/** Can a match only begin at the start of the text, or only end at its end? */
export function isAnchored(node: Node, edge: "start" | "end" = "start"): boolean {
  const isSo = (part: Node): boolean => isAnchored(part, edge);
  if (node.kind === "place") return node.place === edge;
  if (node.kind === "sequence") return outermost(node.parts, edge).some(isSo);
  if (node.kind === "choice") return node.parts.every(isSo);
  if (node.kind === "group") return isSo(node.body);
  return node.kind === "repeat" && node.least > 0 && isSo(node.body);
}

/** The parts at that edge, up to the first that reads. */
function outermost(parts: readonly Node[], edge: "start" | "end"): readonly Node[] {
  const reads = (part: Node): boolean => part.kind !== "place" && part.kind !== "look";
  if (edge === "end") return parts.slice(Math.max(0, parts.findLastIndex(reads)));
  const first = parts.findIndex(reads);
  return first < 0 ? parts : parts.slice(0, first + 1);
}
