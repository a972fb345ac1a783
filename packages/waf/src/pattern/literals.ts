// What every match of a pattern must hold: the scan over all literals asks this before the pattern is looked at.
//
// For each node: the finite set of all texts it can match (`exact`), or the texts with which its matches must begin and end,
// and the best set of texts of which one must occur. Everything is lower case: the scan compares without case.

import type { Needs } from "../text/needs.ts";
import { ALL_BYTES, type ByteSet, bytesOf, joined, sizeOf } from "./byte-set.ts";
import { below, type Node } from "./tree.ts";

/** More texts than this are not kept for one node: the automaton grows with them. */
const TEXTS_MAX = 64;
/** A longer literal does not rule out more values in practice. */
const TEXT_LENGTH_MAX = 24;
/** A set of bytes with more members (case folded) is not spelled out into texts. */
const SPELLED_MAX = 12;

interface Facts {
  /** All texts that match, where they are few; undefined where not. */
  readonly exact: readonly string[] | undefined;
  /** Every match starts (ends) with one of these; [""] where nothing is known. */
  readonly prefixes: readonly string[];
  readonly suffixes: readonly string[];
  /** Every match holds one of these; undefined where nothing is known. */
  readonly best: readonly string[] | undefined;
}

const UNKNOWN: Facts = { exact: undefined, prefixes: [""], suffixes: [""], best: undefined };
const EMPTY: Facts = { exact: [""], prefixes: [""], suffixes: [""], best: undefined };

/** What a value must hold for the tree to match somewhere in it. Sound: never misses a value that matches. */
export function needsOf(tree: Node): Needs {
  const facts = factsOf(tree);
  const best = better(facts.exact, better(facts.best, better(facts.prefixes, facts.suffixes)));
  if (best !== undefined && worth(best) > 0) return { kind: "literals", literals: withoutCovered(best) };
  const bytes = requiredBytes(tree);
  return bytes === undefined ? { kind: "anything" } : { kind: "bytes", bytes };
}

/** Texts that hold another of the set say nothing more than that one. */
function withoutCovered(texts: readonly string[]): readonly string[] {
  const unique = [...new Set(texts)];
  return unique.filter((text) => !unique.some((other) => other !== text && text.includes(other))).sort();
}

/** How much a set of literals rules out: 0 is useless. Long, few and rare is good. */
function worth(texts: readonly string[]): number {
  if (texts.length === 0 || texts.length > TEXTS_MAX * 4) return 0;
  let common = 0;
  for (const text of texts) {
    if (text.length < 2) return 0;
    common += frequency(text);
  }
  return 1 / (common + 0.0005 * texts.length);
}

const COMMON_LETTERS = "etaoinshrdlcum";

/** A rough guess of how often a text stands at a place of an honest value. */
function frequency(text: string): number {
  let guess = 1;
  for (const char of text) guess *= COMMON_LETTERS.includes(char) ? 0.08 : /[a-z0-9]/.test(char) ? 0.025 : / /.test(char) ? 0.1 : 0.008;
  return guess;
}

function better(left: readonly string[] | undefined, right: readonly string[] | undefined): readonly string[] | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return worth(right) > worth(left) ? right : left;
}

function factsOf(node: Node): Facts {
  switch (node.kind) {
    case "set":
      return factsOfSet(node.bytes);
    case "sequence":
      return node.parts.reduce<Facts>((facts, part) => followed(facts, factsOf(part)), EMPTY);
    case "choice":
      return node.parts.map(factsOf).reduce(either);
    case "repeat":
      return factsOfRepeat(node);
    case "group":
    case "atomic":
      return factsOf(node.body);
    case "place":
    case "look":
      return EMPTY;
    case "again":
      return UNKNOWN;
  }
}

function factsOfSet(set: ByteSet): Facts {
  const folded = new Set(bytesOf(set).map((code) => (code >= 0x41 && code <= 0x5a ? code + 0x20 : code)));
  if (folded.size === 0 || folded.size > SPELLED_MAX) return UNKNOWN;
  const texts = [...folded].map((code) => String.fromCharCode(code));
  return { exact: texts, prefixes: texts, suffixes: texts, best: undefined };
}

function factsOfRepeat(node: Extract<Node, { kind: "repeat" }>): Facts {
  const body = factsOf(node.body);
  if (node.least === 0) return node.most === 1 ? either(body, EMPTY) : UNKNOWN;
  let facts = body;
  for (let times = 1; times < Math.min(node.least, TEXT_LENGTH_MAX); times++) facts = followed(facts, body);
  if (node.least === node.most && node.least <= TEXT_LENGTH_MAX) return facts;
  return { ...inexact(facts), suffixes: ends(body) };
}

function inexact(facts: Facts): Facts {
  return { exact: undefined, prefixes: starts(facts), suffixes: ends(facts), best: better(facts.exact, facts.best) };
}

function starts(facts: Facts): readonly string[] {
  return facts.exact ?? facts.prefixes;
}

function ends(facts: Facts): readonly string[] {
  return facts.exact ?? facts.suffixes;
}

function followed(left: Facts, right: Facts): Facts {
  const exact = left.exact && right.exact && joinedTexts(left.exact, right.exact);
  if (exact !== undefined) return { exact, prefixes: exact, suffixes: exact, best: undefined };
  const middle = joinedTexts(ends(left), starts(right));
  return {
    exact: undefined,
    prefixes: trimmed((left.exact && joinedTexts(left.exact, starts(right))) ?? starts(left), "start"),
    suffixes: trimmed((right.exact && joinedTexts(ends(left), right.exact)) ?? ends(right), "end"),
    best: [left.exact, right.exact, left.best, right.best, middle].reduce(better, undefined),
  };
}

/** Every text of one set followed by every text of the other; undefined where those are too many or too long. */
function joinedTexts(left: readonly string[], right: readonly string[]): readonly string[] | undefined {
  if (left.length * right.length > TEXTS_MAX) return undefined;
  const texts = new Set<string>();
  for (const head of left) for (const tail of right) texts.add(head + tail);
  for (const text of texts) if (text.length > TEXT_LENGTH_MAX) return undefined;
  return [...texts];
}

/** Cuts texts down to what is still few: shorter starts (ends) are starts as well. */
function trimmed(texts: readonly string[], side: "start" | "end"): readonly string[] {
  let kept = texts;
  for (let length = TEXT_LENGTH_MAX; kept.length > TEXTS_MAX && length > 0; length--) {
    kept = [...new Set(kept.map((text) => (side === "start" ? text.slice(0, length) : text.slice(-length))))];
  }
  return kept.length > TEXTS_MAX ? [""] : kept;
}

function either(left: Facts, right: Facts): Facts {
  const exact = left.exact && right.exact && union(left.exact, right.exact);
  if (exact !== undefined && exact.length <= TEXTS_MAX) return { exact, prefixes: exact, suffixes: exact, best: undefined };
  const [one, other] = [bestOf(left), bestOf(right)];
  return {
    exact: undefined,
    prefixes: trimmed(union(starts(left), starts(right)), "start"),
    suffixes: trimmed(union(ends(left), ends(right)), "end"),
    best: one && other && union(one, other),
  };
}

function bestOf(facts: Facts): readonly string[] | undefined {
  const best = [facts.exact, facts.best, facts.prefixes, facts.suffixes].reduce(better, undefined);
  return best !== undefined && worth(best) > 0 ? best : undefined;
}

function union(left: readonly string[], right: readonly string[]): readonly string[] {
  return [...new Set([...left, ...right])];
}

/** The smallest set of bytes of which every match holds one; undefined where a match may be empty. */
function requiredBytes(node: Node): ByteSet | undefined {
  switch (node.kind) {
    case "set":
      return sizeOf(node.bytes) === 256 ? undefined : node.bytes;
    case "sequence":
      return node.parts.map(requiredBytes).reduce(smaller, undefined);
    case "choice": {
      let all: ByteSet | undefined = new Uint8Array(256);
      for (const part of node.parts) {
        const bytes = requiredBytes(part);
        all = all && bytes && joined(all, bytes);
      }
      return all && sizeOf(all) < sizeOf(ALL_BYTES) ? all : undefined;
    }
    case "repeat":
      return node.least > 0 ? requiredBytes(node.body) : undefined;
    case "group":
    case "atomic":
      return below(node).map(requiredBytes)[0];
    default:
      return undefined;
  }
}

function smaller(left: ByteSet | undefined, right: ByteSet | undefined): ByteSet | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return sizeOf(right) < sizeOf(left) ? right : left;
}
