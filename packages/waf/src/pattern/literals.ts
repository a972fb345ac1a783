// What every match of a pattern must hold: the scan over all literals asks this before the pattern is looked at.
//
// For each node: the finite set of all texts it can match (`exact`), or the texts with which its matches must begin and end,
// and the best set of texts of which one must occur. Everything is lower case: the scan compares without case.

import type { Needs } from "../text/needs.ts";
import { type ByteSet, bytesOf } from "./byte-set.ts";
import { frequencyOf, frequencyOfBytes } from "./honest-text.ts";
import { requiredBytes } from "./required-bytes.ts";
import type { Node } from "./tree.ts";

/** More texts than this are not kept for one node: the automaton grows with them. */
const TEXTS_MAX = 64;
/** A set that is chosen may be the union of several. */
const CHOSEN_MAX = 256;
const TEXT_LENGTH_MAX = 24;
/** Of a longer literal only the rarest part is looked for: the automaton stays small, and hardly another value gets through. */
const LITERAL_LENGTH_MAX = 8;
/** Where texts are too many, they are cut to this length first, and then byte by byte. */
const SHORTENED_LENGTH_MAX = 5;
/** A set of bytes with more members (case folded) is not spelled out into texts. */
const SPELLED_MAX = 12;
/** More sets of bytes than this are not asked for besides. */
const ALSO_MAX = 3;
/** Literals that occur less often are looked for even where a set of bytes is rarer: bytes can be asked for besides. */
const LITERALS_FREQUENCY_MAX = 0.01;
/** A set of bytes is worth asking for when fewer than one byte in twelve of an honest value is in it. */
const ALSO_FREQUENCY_MAX = 0.08;

interface Facts {
  /** All texts that match, where they are few; undefined where not. */
  readonly exact: Texts | undefined;
  /** Every match starts (ends) with one of these; [""] where nothing is known. */
  readonly prefixes: Texts;
  readonly suffixes: Texts;
  /** Every match holds one of these; undefined where nothing is known. */
  readonly best: Texts | undefined;
}

interface Texts {
  readonly texts: readonly string[];
  /** What `frequencyOfTexts` found out, once it was asked. */
  frequency: number | undefined;
}

const EMPTY_TEXT = textsOf([""]);
const UNKNOWN: Facts = { exact: undefined, prefixes: EMPTY_TEXT, suffixes: EMPTY_TEXT, best: undefined };
const EMPTY: Facts = { exact: EMPTY_TEXT, prefixes: EMPTY_TEXT, suffixes: EMPTY_TEXT, best: undefined };

/** What a value must hold for the tree to match somewhere in it. Sound: never misses a value that matches. */
export function needsOf(tree: Node): Needs {
  const best = bestOf(factsOf(tree, new Map()));
  const [rarest, ...others] = requiredBytes(tree);
  const bytesFrequency = rarest === undefined ? 1 : frequencyOfBytes(rarest);
  if (best !== undefined && frequencyOfTexts(best) < Math.max(LITERALS_FREQUENCY_MAX, bytesFrequency)) {
    const literals = withoutCovered(best.texts.map(rarestPart));
    return { kind: "literals", literals, ...also(rarest === undefined ? [] : [rarest, ...others]) };
  }
  return rarest === undefined ? { kind: "anything" } : { kind: "bytes", bytes: rarest, ...also(others) };
}

function also(sets: readonly ByteSet[]): { readonly also?: readonly ByteSet[] } {
  const worthwhile = sets.filter((set) => frequencyOfBytes(set) < ALSO_FREQUENCY_MAX).slice(0, ALSO_MAX);
  return worthwhile.length === 0 ? {} : { also: worthwhile };
}

function rarestPart(text: string): string {
  let rarest = text.slice(0, LITERAL_LENGTH_MAX);
  for (let at = 1; at + LITERAL_LENGTH_MAX <= text.length; at++) {
    const part = text.slice(at, at + LITERAL_LENGTH_MAX);
    if (frequencyOf(part) < frequencyOf(rarest)) rarest = part;
  }
  return rarest;
}

/** Texts that hold another of the set say nothing more than that one. */
function withoutCovered(texts: readonly string[]): readonly string[] {
  const unique = [...new Set(texts)];
  return unique.filter((text) => !unique.some((other) => other.length < text.length && text.includes(other))).sort();
}

function textsOf(texts: readonly string[]): Texts {
  return { texts, frequency: undefined };
}

/** How often one of them occurs in honest values, as a guess; 1 where one is too short to be looked for. */
function frequencyOfTexts(texts: Texts): number {
  if (texts.frequency !== undefined) return texts.frequency;
  let sum = 0;
  for (const text of texts.texts) sum += text.length < 2 ? 1 : frequencyOf(text);
  texts.frequency = Math.min(1, sum);
  return texts.frequency;
}

function rarer(left: Texts | undefined, right: Texts | undefined): Texts | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return frequencyOfTexts(right) < frequencyOfTexts(left) ? right : left;
}

/** The rarest texts of which every match holds one. */
function bestOf(facts: Facts): Texts | undefined {
  const best = rarer(facts.exact, rarer(facts.best, rarer(facts.prefixes, facts.suffixes)));
  return best !== undefined && frequencyOfTexts(best) < 1 ? best : undefined;
}

type Known = Map<Node | ByteSet, Facts>;

function factsOf(node: Node, known: Known): Facts {
  switch (node.kind) {
    case "set":
      return factsOfSet(node.bytes, known);
    case "sequence":
      return node.parts.reduce<Facts>((facts, part) => followed(facts, factsOf(part, known)), EMPTY);
    case "choice":
      return factsOfChoice(node.parts.map((part) => factsOf(part, known)));
    case "repeat":
      return factsOfRepeat(node, known);
    case "group":
    case "atomic":
      return factsOf(node.body, known);
    case "place":
    case "look":
      return EMPTY;
    case "again":
      return UNKNOWN;
  }
}

function factsOfSet(set: ByteSet, known: Known): Facts {
  const before = known.get(set);
  if (before !== undefined) return before;
  const folded = new Set(bytesOf(set).map((code) => (code >= 0x41 && code <= 0x5a ? code + 0x20 : code)));
  const spelled = folded.size > 0 && folded.size <= SPELLED_MAX;
  const facts = spelled ? exactly([...folded].map((code) => String.fromCharCode(code))) : UNKNOWN;
  known.set(set, facts);
  return facts;
}

function exactly(list: readonly string[]): Facts {
  const texts = textsOf(list);
  return { exact: texts, prefixes: texts, suffixes: texts, best: undefined };
}

function factsOfRepeat(node: Extract<Node, { kind: "repeat" }>, known: Known): Facts {
  const body = factsOf(node.body, known);
  if (node.least === 0) return node.most === 1 ? factsOfChoice([body, EMPTY]) : UNKNOWN;
  let facts = body;
  for (let times = 1; times < Math.min(node.least, TEXT_LENGTH_MAX); times++) facts = followed(facts, body);
  if (node.least === node.most && node.least <= TEXT_LENGTH_MAX) return facts;
  return { exact: undefined, prefixes: starts(facts), suffixes: ends(body), best: rarer(facts.exact, facts.best) };
}

function starts(facts: Facts): Texts {
  return facts.exact ?? facts.prefixes;
}

function ends(facts: Facts): Texts {
  return facts.exact ?? facts.suffixes;
}

function followed(left: Facts, right: Facts): Facts {
  if (left === EMPTY) return right;
  if (right === EMPTY) return left;
  const exact = left.exact && right.exact && product(left.exact, right.exact);
  if (exact !== undefined) return { exact, prefixes: exact, suffixes: exact, best: undefined };
  return {
    exact: undefined,
    prefixes: left.exact === undefined ? starts(left) : (product(left.exact, shortened(starts(right), "start", left.exact)) ?? left.exact),
    suffixes: right.exact === undefined ? ends(right) : (product(shortened(ends(left), "end", right.exact), right.exact) ?? right.exact),
    best: [left.exact, right.exact, left.best, right.best, across(left, right)].reduce(rarer, undefined),
  };
}

/** What stands where the two meet. */
function across(left: Facts, right: Facts): Texts | undefined {
  const tails = ends(left);
  const heads = starts(right);
  // Where one side is unknown, the other stands alone and has been weighed already.
  if (isUnknown(tails) || isUnknown(heads)) return undefined;
  return product(tails, shortened(heads, "start", tails)) ?? product(shortened(tails, "end", heads), heads);
}

function isUnknown({ texts }: Texts): boolean {
  return texts.length === 1 && texts[0] === "";
}

/** Every text of one set followed by every text of the other; undefined where those are too many or too long. */
function product(left: Texts, right: Texts): Texts | undefined {
  if (left.texts.length * right.texts.length > TEXTS_MAX) return undefined;
  const texts = new Set<string>();
  for (const head of left.texts) for (const tail of right.texts) texts.add(head + tail);
  for (const text of texts) if (text.length > TEXT_LENGTH_MAX) return undefined;
  return textsOf([...texts]);
}

/** Cuts texts down until they are few enough to stand beside the others: shorter starts (ends) are starts as well. */
function shortened(given: Texts, side: "start" | "end", beside?: Texts): Texts {
  const most = Math.max(1, Math.floor(TEXTS_MAX / (beside?.texts.length ?? 1)));
  if (given.texts.length <= most) return given;
  let kept = given.texts;
  for (let length = SHORTENED_LENGTH_MAX; kept.length > most; length--) {
    kept = [...new Set(kept.map((text) => (side === "start" ? text.slice(0, length) : text.slice(Math.max(0, text.length - length)))))];
  }
  return textsOf(kept);
}

function factsOfChoice(parts: readonly Facts[]): Facts {
  const exact = union(parts.map((facts) => facts.exact));
  if (exact !== undefined && exact.length <= TEXTS_MAX) return exactly(exact);
  const best = union(parts.map(bestOf));
  return {
    exact: undefined,
    prefixes: shortened({ texts: union(parts.map(starts)) ?? [""], frequency: undefined }, "start"),
    suffixes: shortened({ texts: union(parts.map(ends)) ?? [""], frequency: undefined }, "end"),
    best: best === undefined || best.length > CHOSEN_MAX ? undefined : textsOf(best),
  };
}

function union(sets: readonly (Texts | undefined)[]): readonly string[] | undefined {
  const all = new Set<string>();
  for (const set of sets) {
    if (set === undefined) return undefined;
    for (const text of set.texts) all.add(text);
  }
  return [...all];
}
