import { cutTargetText, type Source, type Target, toTarget } from "../rule/index.ts";
import { EMPTY_VARIABLES, FOREIGN_VARIABLES, OTHER_NAMES } from "./foreign-variables.ts";
import type { Names } from "./known.ts";
import type { Problems } from "./problems.ts";
import { closingQuote, excerpt } from "./words.ts";

const TARGETS_MAX = 1_000;

/** What every part of the parser needs to know names and to tell problems. */
export interface Reading {
  readonly names: Names;
  readonly problems: Problems;
  readonly source: Source;
}

/** `ARGS|!ARGS:/^x-/|&REQUEST_HEADERS:Host` as targets; `|` and `,` part them. What cannot be read is reported and left out. */
export function parseTargets(text: string, reading: Reading): Target[] {
  const pieces = splitTargets(text);
  if (pieces.length <= TARGETS_MAX) return pieces.flatMap((piece) => readTarget(piece, reading) ?? []);
  reading.problems.add(reading.source, `more than ${TARGETS_MAX} variables in one rule`);
  return [];
}

/** The variables of a list, each as it was written. */
export function splitTargets(text: string): string[] {
  const pieces: string[] = [];
  let at = 0;
  while (at <= text.length) {
    const end = endOfTarget(text, at);
    pieces.push(text.slice(at, end).trim());
    at = end + 1;
  }
  return pieces;
}

/** The next `|` or `,` outside a selector in quotes or between slashes. */
function endOfTarget(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== ":" && !isSeparator(text[at])) at++;
  const opener = text[at] === ":" ? text[at + 1] : undefined;
  const isPath = /xml\s*$/i.test(text.slice(Math.max(start, at - 8), at));
  if (isPath && opener !== "'") return endOfPath(text, at);
  if (opener === "'" || (opener === "/" && !isPath)) {
    const close = closingQuote(text, at + 2, opener);
    if (close >= 0) at = close + 1;
  }
  while (at < text.length && !isSeparator(text[at])) at++;
  return at;
}

/** A path of XML holds commas, and texts in quotes that hold anything, in its brackets only. */
function endOfPath(text: string, start: number): number {
  let at = start;
  let deep = 0;
  while (at < text.length && (deep > 0 || !isSeparator(text[at]))) {
    const character = text[at];
    const close = deep > 0 && (character === "'" || character === '"') ? text.indexOf(character, at + 1) : -1;
    if (close >= 0) at = close;
    else if (character === "[") deep++;
    else if (character === "]") deep--;
    at++;
  }
  return at;
}

function isSeparator(character: string | undefined): boolean {
  return character === "|" || character === ",";
}

function readTarget(text: string, { names, problems, source }: Reading): Target | undefined {
  const cut = cutTargetText(text);
  if (cut === undefined) {
    problems.add(source, `${excerpt(text)} has nothing behind its colon; expected a name or a /pattern/`);
    return undefined;
  }
  const foreign = FOREIGN_VARIABLES.get(cut.variable);
  if (foreign !== undefined) {
    problems.add(source, `${cut.variable} cannot be read: ${foreign}`);
    return undefined;
  }
  const variable = names.variables.find(OTHER_NAMES.get(cut.variable) ?? cut.variable);
  if (variable === undefined) {
    const what = cut.variable === "" ? "no variable" : `the unknown variable ${excerpt(cut.variable)}`;
    problems.add(source, `found ${what}; expected one of the reference manual${names.variables.hint(cut.variable)}`);
    return undefined;
  }
  const empty = EMPTY_VARIABLES.get(variable);
  if (empty !== undefined) problems.remark(source, `${variable} never has a value: ${empty}`);
  const target = toTarget({ ...cut, variable });
  if (target === undefined) problems.add(source, `found ${excerpt(text)}; expected at most one of "!" and "&" before a variable`);
  return target;
}
