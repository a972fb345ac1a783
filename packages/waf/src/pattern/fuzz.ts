// Attacks patterns: looks for the values on which a pattern takes most steps for each byte.

import { compilePattern } from "./compile.ts";
import type { Pattern, PatternOptions } from "./contract.ts";
import { draw } from "./draw.ts";
import { parseSource } from "./parse-source.ts";
import { below, createRandom, oneOf, type Random } from "./random.ts";
import type { Node } from "./tree.ts";

/** One pattern to attack. */
export interface FuzzSubject extends PatternOptions {
  readonly source: string;
  /** Whose pattern it is, for the report. */
  readonly name?: string;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Values tried for each pattern. */
  readonly rounds: number;
  /** How long the values are that steps are counted on. */
  readonly length?: number;
  /** One try ends when it has taken so many steps. */
  readonly stepsMax?: number;
}

/** The worst that was found for one pattern. */
export interface FuzzResult {
  readonly subject: FuzzSubject;
  readonly stepsPerByte: number;
  readonly steps: number;
  readonly length: number;
  /** How steps grew when the value was made twice as long: 2 is linear, more is not. */
  readonly growth: number;
  /** The engine that took the steps: the table that says yes or no, the tracer of captures, or the backtracker. */
  readonly engine: "table" | "captures" | "backtracker";
  /** The value on which it took them. */
  readonly value: FuzzValue;
}

/** How a value is made, whatever its length; byte strings. */
export interface FuzzValue {
  readonly head: string;
  /** One piece is repeated. Several follow each other as chance has it, so that no table gets used to them. */
  readonly pieces: readonly string[];
  readonly tail: string;
  /** Decides the order of the pieces. */
  readonly order: number;
}

const LENGTH = 2_048;
/** Steps at which one try is given up. */
const TRY_STEPS_MAX = 20_000_000;
/** Values drawn before the climb begins, as a share of the rounds. */
const DRAWN_SHARE = 0.4;
const HEAD_LENGTH_MAX = 64;
const TAIL_LENGTH_MAX = 8;
const PIECE_LENGTH_MAX = 128;
const SHORT_PIECE_LENGTH_MAX = 4;
const PIECES_MAX = 6;
/** Seeds for the order of pieces. */
const ORDERS = 1_000_000;

/** Attacks each pattern with values drawn from itself and climbs to worse ones; the same result from the same seed, worst first. */
export function fuzzPatterns(subjects: readonly FuzzSubject[], options: FuzzOptions): readonly FuzzResult[] {
  const results = subjects.map((subject, index) => attack(subject, createRandom(options.seed + index), options));
  return results.sort((left, right) => right.stepsPerByte - left.stepsPerByte);
}

interface Cost {
  readonly steps: number;
  readonly matched: boolean;
}

function attack(subject: FuzzSubject, random: Random, options: FuzzOptions): FuzzResult {
  const { tree } = parseSource(subject.source, subject);
  const pattern = compilePattern(subject.source, subject);
  const length = options.length ?? LENGTH;
  const cost = (value: FuzzValue, bytes: number): Cost => costOf(pattern, textOf(value, bytes), options.stepsMax ?? TRY_STEPS_MAX);
  let worst = drawValue(tree, random);
  let worstCost = cost(worst, length);
  for (let round = 1; round < options.rounds; round++) {
    const value = round < options.rounds * DRAWN_SHARE ? drawValue(tree, random) : changed(worst, tree, random);
    const found = cost(value, length);
    if (found.steps <= worstCost.steps) continue;
    worst = value;
    worstCost = found;
  }
  const twice = cost(worst, length * 2);
  const isCaptured = subject.capture && worstCost.matched;
  return {
    subject,
    stepsPerByte: worstCost.steps / length,
    steps: worstCost.steps,
    length,
    growth: twice.steps / worstCost.steps,
    engine: pattern.risk === "bounded" ? "backtracker" : isCaptured ? "captures" : "table",
    value: worst,
  };
}

/** The text of a value that is so many bytes long. */
export function textOf({ head, pieces, tail, order }: FuzzValue, length: number): string {
  const [first = "a"] = pieces;
  if (pieces.length === 1) return closed(head + first.repeat(Math.ceil(length / first.length)), tail, length);
  const random = createRandom(order);
  let text = head;
  while (text.length < length) text += oneOf(random, pieces, first);
  return closed(text, tail, length);
}

function closed(text: string, tail: string, length: number): string {
  return text.slice(0, Math.max(0, length - tail.length)) + tail;
}

class TooManySteps extends Error {}

/** What the value costs an engine that has seen nothing yet. */
function costOf(pattern: Pattern, value: string, stepsMax: number): Cost {
  let steps = 0;
  pattern.forget();
  try {
    const matched = pattern.test(value, {
      capture: () => undefined,
      spend(more) {
        steps += more;
        if (steps > stepsMax) throw new TooManySteps();
      },
    });
    return { steps, matched };
  } catch (error) {
    if (!(error instanceof TooManySteps)) throw error;
    return { steps, matched: false };
  }
}

function drawValue(tree: Node, random: Random): FuzzValue {
  const whole = draw(tree, random);
  const count = below(random, 2) === 0 ? 1 : 2 + below(random, PIECES_MAX - 1);
  return {
    head: below(random, 2) === 0 ? "" : whole.slice(0, below(random, HEAD_LENGTH_MAX)),
    pieces: Array.from({ length: count }, () => drawPiece(tree, random)),
    tail: oneOf(random, TAILS, () => "")(tree, random),
    order: below(random, ORDERS),
  };
}

/** A match that fails at its very end is what makes an engine go back. */
const TAILS: readonly ((tree: Node, random: Random) => string)[] = [
  () => "",
  (_tree, random) => String.fromCharCode(below(random, 256)),
  (tree, random) => draw(tree, random).slice(-1 - below(random, TAIL_LENGTH_MAX)),
  (tree, random) => {
    const end = draw(tree, random).slice(-TAIL_LENGTH_MAX);
    return replaced(end, below(random, end.length), oneOf(random, [...end], "a"));
  },
];

/** A part of what matches: short ones repeat a loop, long ones come near to a match again and again. */
function drawPiece(tree: Node, random: Random): string {
  const whole = draw(tree, random);
  const start = below(random, whole.length);
  const piece = whole.slice(start, start + 1 + below(random, below(random, 2) === 0 ? SHORT_PIECE_LENGTH_MAX : PIECE_LENGTH_MAX));
  return piece === "" ? String.fromCharCode(below(random, 256)) : piece;
}

type Change = (piece: string, tree: Node, random: Random) => string;

const CHANGES: readonly Change[] = [
  (piece, tree, random) => piece + drawPiece(tree, random),
  (piece, tree, random) => drawPiece(tree, random) + piece,
  (piece, _tree, random) => piece.slice(0, 1 + below(random, piece.length)),
  (piece, _tree, random) => replaced(piece, below(random, piece.length), ""),
  (piece, _tree, random) => replaced(piece, below(random, piece.length), String.fromCharCode(below(random, 256))),
  (piece, _tree, random) => piece.repeat(1 + below(random, 4)),
  (_piece, tree, random) => drawPiece(tree, random),
];

/** One piece made otherwise, added, or taken away; now and then another head. */
function changed(value: FuzzValue, tree: Node, random: Random): FuzzValue {
  const pieces = [...value.pieces];
  const at = below(random, pieces.length);
  const kind = below(random, 8);
  if (kind === 0 && pieces.length < PIECES_MAX) pieces.push(drawPiece(tree, random));
  else if (kind === 1 && pieces.length > 1) pieces.splice(at, 1);
  else if (kind === 2) return { ...drawValue(tree, random), pieces: value.pieces };
  else pieces[at] = oneOf(random, CHANGES, (piece) => piece)(pieces[at] ?? "", tree, random).slice(0, PIECE_LENGTH_MAX) || "a";
  return { ...value, pieces };
}

function replaced(text: string, at: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + 1);
}
