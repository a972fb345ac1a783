import type { Selector, Target } from "./rule.ts";

/** A target in pieces: what stands before the colon, and behind it. */
export interface TargetText {
  readonly marks: string;
  readonly variable: string;
  readonly selector: Selector | undefined;
}

/**
 * `!ARGS:/^x-/` cut in pieces; undefined where a colon has nothing behind it. A pattern stands between slashes,
 * except after XML, where a path does. libmodsecurity takes a dot for the colon (`TX.score`).
 */
export function cutTargetText(text: string): TargetText | undefined {
  const colon = text.search(/[:.]/);
  const before = (colon < 0 ? text : text.slice(0, colon)).trim();
  const marks = /^[!&]*/.exec(before)?.[0] ?? "";
  const variable = before.slice(marks.length).toUpperCase();
  if (colon < 0) return { marks, variable, selector: undefined };
  const behind = text.slice(colon + 1).trim();
  const unquoted =
    behind.length >= 2 && behind.startsWith("'") && behind.endsWith("'") ? behind.slice(1, -1).replaceAll("\\'", "'") : behind;
  if (unquoted === "") return undefined;
  const isPattern = variable !== "XML" && unquoted.length >= 2 && unquoted.startsWith("/") && unquoted.endsWith("/");
  const selector: Selector = isPattern ? { kind: "pattern", source: unquoted.slice(1, -1) } : { kind: "name", name: unquoted };
  return { marks, variable, selector };
}

/** The pieces as a target; undefined where more than one of `!` and `&` stands before the variable. */
export function toTarget({ marks, variable, selector }: TargetText): Target | undefined {
  if (marks.length > 1) return undefined;
  const target = { variable, count: marks === "&", exclude: marks === "!" };
  return selector === undefined ? target : { ...target, select: selector };
}
