import type { Field } from "../plan.ts";
import { type Kind, parsed, utf8Text, wrong } from "./kind.ts";

/** Levels of lists and objects inside one another, in one value. */
const JSON_DEPTH_MAX = 32;
/** Characters of the printed text, where the field does not say `max`. */
const JSON_CHARACTERS_MAX = 262_144;

/**
 * Any JSON, kept as its printed text. A key `__proto__` is refused: it is harmless here, and poison in the first client that
 * merges the object into another.
 */
export const json: Kind = {
  column: "text",
  asks: { equal: false, order: false, pattern: false, lookup: false },
  bounds: "characters",
  fromJson: (input, field) => {
    const problem = problemWith(input, JSON_DEPTH_MAX);
    if (problem !== undefined) return wrong(field, problem);
    const printed = JSON.stringify(input);
    const max = field.max ?? JSON_CHARACTERS_MAX;
    if (printed.length > max) return wrong(field, `must have at most ${max} characters when printed.`);
    return parsed(printed);
  },
  toJson: (value) => JSON.parse(String(value)),
  fromText: (_text, field: Field) => wrong(field, "is json: a filter can only ask whether it is null."),
  encode: (value) => String(value),
  decode: utf8Text,
};

function problemWith(input: unknown, depthLeft: number): string | undefined {
  if (input === null || typeof input === "boolean") return undefined;
  if (typeof input === "number") return Number.isFinite(input) ? undefined : "must be JSON: a number in it is not finite.";
  if (typeof input === "string") return textProblem(input);
  if (typeof input !== "object") return "must be JSON.";
  if (depthLeft === 0) return `must not be nested deeper than ${JSON_DEPTH_MAX} levels.`;
  if (Array.isArray(input)) return firstProblem(input, (item) => problemWith(item, depthLeft - 1));
  return firstProblem(Object.entries(input), ([key, item]) => {
    if (key === "__proto__") return "must not contain the key __proto__.";
    return textProblem(key) ?? problemWith(item, depthLeft - 1);
  });
}

function textProblem(value: string): string | undefined {
  if (value.includes("\0")) return "must not contain the character NUL.";
  return value.isWellFormed() ? undefined : "must be well-formed Unicode.";
}

function firstProblem<T>(items: readonly T[], ask: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = ask(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
