import { RE2JS } from "re2js";
import { Fault } from "../kit/index.ts";
import type { PatternMatch } from "./filter.ts";

/** Compiled patterns that are kept; the oldest goes first. */
const CACHED_PATTERNS_MAX = 500;
/** Characters of a pattern: compiling is linear in them, and so is each match. */
export const PATTERN_CHARACTERS_MAX = 1_000;

type Matcher = (text: string) => boolean;
const matchers = new Map<string, Matcher>();

/**
 * Whether a text passes a pattern, in time linear in both. The one meaning of patterns in the house: memory asks it here and SQL
 * engines without RE2 register it as a function. Fault `data.invalid` for a pattern that cannot be read.
 */
export function matchesPattern(by: PatternMatch, pattern: string, text: string): boolean {
  const key = `${by} ${pattern}`;
  const known = matchers.get(key);
  if (known !== undefined) return known(text);
  const made = compilePattern(by, pattern);
  if (matchers.size >= CACHED_PATTERNS_MAX) matchers.delete(matchers.keys().next().value ?? "");
  matchers.set(key, made);
  return made(text);
}

/** One sentence about what is wrong with a pattern, or `undefined`. Ask before a filter is sent to a store. */
export function patternProblem(by: PatternMatch, pattern: string): string | undefined {
  try {
    compilePattern(by, pattern);
    return undefined;
  } catch (error) {
    return error instanceof Fault ? error.message : String(error);
  }
}

function compilePattern(by: PatternMatch, pattern: string): Matcher {
  if (pattern.length > PATTERN_CHARACTERS_MAX)
    throw new Fault("data.invalid", `A pattern must have at most ${PATTERN_CHARACTERS_MAX} characters.`);
  const { source, flags } = DIALECTS[by](pattern);
  try {
    const compiled = RE2JS.compile(source, flags);
    return (text) => compiled.test(text);
  } catch (error) {
    throw new Fault("data.invalid", "The pattern is not a regular expression in RE2 syntax.", { cause: error });
  }
}

interface Source {
  readonly source: string;
  readonly flags: number;
}

const DIALECTS: Readonly<Record<PatternMatch, (pattern: string) => Source>> = {
  like: (pattern) => ({ source: likeSource(pattern, RE2JS.quote), flags: RE2JS.DOTALL }),
  ilike: (pattern) => ({ source: likeSource(pattern, eitherCase), flags: RE2JS.DOTALL }),
  match: (pattern) => ({ source: pattern, flags: 0 }),
  imatch: (pattern) => ({ source: pattern, flags: RE2JS.CASE_INSENSITIVE }),
};

function likeSource(pattern: string, literal: (character: string) => string): string {
  let source = "^";
  let escaped = false;
  for (const character of pattern) {
    const wildcard: string | undefined = escaped ? undefined : WILDCARDS.get(character);
    if (wildcard === undefined) source += literal(character);
    else source += wildcard;
    escaped = wildcard === "";
  }
  if (escaped) throw new Fault("data.invalid", "A pattern must not end with a backslash.");
  return `${source}$`;
}

/** A backslash stands for nothing itself; it makes the next character stand for itself. */
const WILDCARDS: ReadonlyMap<string, string> = new Map([
  ["%", ".*"],
  ["_", "."],
  ["\\", ""],
]);

function eitherCase(character: string): string {
  return /^[a-z]$/i.test(character) ? `[${character.toLowerCase()}${character.toUpperCase()}]` : RE2JS.quote(character);
}
