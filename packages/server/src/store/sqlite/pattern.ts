import { RE2JS } from "re2js";
import { Fault } from "../../kit/index.ts";
import type { PatternMatch } from "../../model/filter.ts";
import type { Connection } from "./driver.ts";

const COMPILED_MAX = 256;
const PATTERN_CHARACTERS_MAX = 1_000;

/** `match` and `imatch` in SQL: `re2(pattern, text)` and `re2i(pattern, text)`, unknown for null. Only statements may call them, never the schema. */
export function registerPatterns(connection: Connection): void {
  const options = { deterministic: true, directOnly: true } as const;
  connection.function("re2", options, (pattern: unknown, text: unknown) => matches("match", pattern, text));
  connection.function("re2i", options, (pattern: unknown, text: unknown) => matches("imatch", pattern, text));
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

function matches(by: "match" | "imatch", pattern: unknown, text: unknown): number | null {
  if (typeof pattern !== "string" || typeof text !== "string") return null;
  return compiled(by, pattern).matcher(text).find() ? 1 : 0;
}

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
