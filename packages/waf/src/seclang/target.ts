import type { Selector, Source, Target } from "../rule/index.ts";
import type { Names } from "./known.ts";
import type { Problems } from "./problems.ts";
import { closingQuote, excerpt, isBlank } from "./words.ts";

const TARGETS_MAX = 1_000;

export interface Reading {
  readonly names: Names;
  readonly problems: Problems;
  readonly source: Source;
}

/** `ARGS|!ARGS:/^x-/|&REQUEST_HEADERS:Host` as targets; `|` and `,` part them. What cannot be read is reported and left out. */
export function parseTargets(text: string, reading: Reading): Target[] {
  const targets: Target[] = [];
  let at = 0;
  while (at <= text.length) {
    const piece = cutTarget(text, at);
    at = piece.end + 1;
    if (targets.length >= TARGETS_MAX) {
      reading.problems.add(reading.source, `more than ${TARGETS_MAX} variables in one rule`);
      return targets;
    }
    const target = readTarget(piece, reading);
    if (target !== undefined) targets.push(target);
  }
  return targets;
}

interface Piece {
  readonly name: string;
  readonly selector: Selector | undefined;
  /** Where the piece ended: a separator or the end of the text. */
  readonly end: number;
  readonly problem?: string;
}

function cutTarget(text: string, start: number): Piece {
  let at = start;
  while (at < text.length && text[at] !== ":" && !isSeparator(text, at)) at++;
  const name = text.slice(start, at).trim();
  if (text[at] !== ":") return { name, selector: undefined, end: at };
  const opener = text[at + 1];
  const isPath = /^[!&]*xml$/i.test(name);
  if (opener === "'" || (opener === "/" && !isPath)) {
    const end = closingQuote(text, at + 2, opener);
    if (end >= 0 && (end + 1 >= text.length || isSeparator(text, end + 1) || isBlank(text.charCodeAt(end + 1)))) {
      const inner = text.slice(at + 2, end);
      return {
        name,
        selector: opener === "/" ? { kind: "pattern", source: inner } : quotedSelector(inner),
        end: nextSeparator(text, end + 1),
      };
    }
    const problem = `${excerpt(text.slice(start))} has no closing ${opener}`;
    return { name, selector: undefined, end: nextSeparator(text, at + 1), problem };
  }
  const end = nextSeparator(text, at + 1);
  const selected = text.slice(at + 1, end).trim();
  if (selected === "")
    return { name, selector: undefined, end, problem: `nothing stands behind "${name}:"; expected a name or a /pattern/` };
  return { name, selector: { kind: "name", name: selected }, end };
}

function quotedSelector(inner: string): Selector {
  const text = inner.replaceAll("\\'", "'");
  const isPattern = text.length >= 2 && text.startsWith("/") && text.endsWith("/");
  return isPattern ? { kind: "pattern", source: text.slice(1, -1) } : { kind: "name", name: text };
}

function isSeparator(text: string, at: number): boolean {
  return text[at] === "|" || text[at] === ",";
}

function nextSeparator(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isSeparator(text, at)) at++;
  return at;
}

function readTarget(piece: Piece, { names, problems, source }: Reading): Target | undefined {
  if (piece.problem !== undefined) {
    problems.add(source, piece.problem);
    return undefined;
  }
  const marks = /^[!&]*/.exec(piece.name)?.[0] ?? "";
  const name = piece.name.slice(marks.length);
  if (marks.length > 1) {
    problems.add(source, `${excerpt(piece.name)}: expected at most one of "!" and "&" before a variable`);
    return undefined;
  }
  const variable = names.variables.find(name);
  if (variable === undefined) {
    const what = name === "" ? "an empty variable" : `unknown variable ${excerpt(name)}`;
    problems.add(source, `${what}; expected a variable of the reference manual${names.variables.hint(name)}`);
    return undefined;
  }
  const target = { variable: variable.toUpperCase(), count: marks === "&", exclude: marks === "!" };
  return piece.selector === undefined ? target : { ...target, select: piece.selector };
}
