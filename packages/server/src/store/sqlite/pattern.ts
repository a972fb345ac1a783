import { RE2JS } from "re2js";
import { type Clock, Fault, systemClock } from "../../kit/index.ts";
import type { PatternMatch } from "../../model/filter.ts";
import type { Connection } from "./driver.ts";

const COMPILED_MAX = 256;
const PATTERN_CHARACTERS_MAX = 1_000;
/** Instructions of a compiled pattern × characters of a text: the most that one look at one value can cost, about 50 ms. */
const MATCH_STEPS_MAX = 1_000_000;
/** How long one statement may spend in patterns. A running statement cannot be stopped from outside, so it stops itself. */
const MATCH_MS_MAX = 100;

/** `match` and `imatch` in SQL: `re2(pattern, text)` and `re2i(pattern, text)`, unknown for null. Only statements may call them, never the schema. */
export function registerPatterns(connection: Pick<Connection, "function">, clock: Pick<Clock, "elapsed"> = systemClock): void {
  const options = { deterministic: true, directOnly: true } as const;
  let spentMs = 0;
  const forget = (): void => {
    spentMs = 0;
  };
  const timed = (by: "match" | "imatch") => (pattern: unknown, text: unknown) => {
    if (typeof pattern !== "string" || typeof text !== "string") return null;
    const program = compiled(by, pattern);
    if (program.programSize() * text.length > MATCH_STEPS_MAX || spentMs > MATCH_MS_MAX) throw tooCostly();
    // A statement runs to its end before any microtask does.
    if (spentMs === 0) queueMicrotask(forget);
    const begunMs = clock.elapsed();
    const found = program.matcher(text).find() ? 1 : 0;
    spentMs += clock.elapsed() - begunMs;
    return found;
  };
  connection.function("re2", options, timed("match"));
  connection.function("re2i", options, timed("imatch"));
}

function tooCostly(): Fault {
  return new Fault(
    "data.unindexed",
    "This pattern costs too much here. Make it simpler, or narrow the question by a field that has an index.",
  );
}

/** Fault `data.invalid` for a pattern that does not compile, before it reaches the engine. */
export function checkPattern(by: PatternMatch, pattern: string): void {
  if (pattern.length > PATTERN_CHARACTERS_MAX)
    throw new Fault("data.invalid", `A pattern may have at most ${PATTERN_CHARACTERS_MAX} characters.`);
  if (by === "match" || by === "imatch") compiled(by, pattern);
}

/**
 * LIKE as GLOB, which is case-sensitive: `%` is `*`, `_` is `?`, a backslash takes the next character as it is. A backslash
 * at the very end matches nothing, as it does in the engine's own LIKE … ESCAPE.
 */
export function globOf(like: string): string {
  let glob = "";
  for (let at = 0; at < like.length; at += 1) {
    const character = like.charAt(at);
    if (character === "\\") {
      at += 1;
      if (at === like.length) return NEVER_GLOB;
      glob += literal(like.charAt(at));
    } else {
      glob += WILDCARDS[character] ?? literal(character);
    }
  }
  return glob;
}

/** The text that everything which matches a `like` begins with. */
export function literalPrefix(like: string): string {
  let prefix = "";
  for (let at = 0; at < like.length; at += 1) {
    const character = like.charAt(at);
    if (character === "%" || character === "_") return prefix;
    if (character === "\\") at += 1;
    prefix += like.charAt(at);
  }
  return prefix;
}

/** The least text above every text with this prefix, in the order of UTF-8 bytes; `undefined` when there is none. */
export function afterPrefix(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    // Surrogates are no characters of their own: the code point after U+D7FF is U+E000.
    const next = last === 0xd7ff ? 0xe000 : last + 1;
    if (next <= 0x10ffff) return String.fromCodePoint(...points, next);
  }
  return undefined;
}

/** An open bracket without its end matches nothing at all. */
const NEVER_GLOB = "[";
const WILDCARDS: Readonly<Record<string, string>> = { "%": "*", _: "?" };

function literal(character: string): string {
  return character === "*" || character === "?" || character === "[" ? `[${character}]` : character;
}

const cache = new Map<string, RE2JS>();

function compiled(by: "match" | "imatch", pattern: string): RE2JS {
  const name = by + pattern;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const fresh = compilePattern(by, pattern);
  const oldest = cache.keys().next();
  if (cache.size >= COMPILED_MAX && !oldest.done) cache.delete(oldest.value);
  cache.set(name, fresh);
  return fresh;
}

function compilePattern(by: "match" | "imatch", pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern, by === "imatch" ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (cause) {
    throw new Fault("data.invalid", "This is not a regular expression that RE2 accepts.", { cause });
  }
}
