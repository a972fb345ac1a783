import { matchesPattern } from "../pattern.ts";
import type { Field } from "../plan.ts";
import { type Kind, type Parsed, parsed, utf8Text, wrong } from "./kind.ts";

/** Any text but NUL and lone surrogates, kept as it came: no Unicode normal form is forced on it. Lengths count characters (code points). */
export const text: Kind = {
  column: "text",
  asks: { equal: true, order: true, pattern: true, lookup: true },
  bounds: "characters",
  fromJson: (input, field) => {
    const plain = plainText(input, field);
    if (!plain.ok || typeof plain.value !== "string") return plain;
    const length = field.max === undefined && field.min === undefined ? 0 : charactersOf(plain.value);
    if (field.max !== undefined && length > field.max) return wrong(field, `must have at most ${field.max} characters.`);
    if (field.min !== undefined && length < field.min) return wrong(field, `must have at least ${field.min} characters.`);
    if (field.pattern !== undefined && !matchesPattern("match", field.pattern, plain.value)) {
      return wrong(field, "does not have the form that is asked for.");
    }
    return plain;
  },
  toJson: (value) => value,
  fromText: (input, field) => plainText(input, field),
  encode: (value) => String(value),
  decode: utf8Text,
};

/** Text that the store can keep: a string without NUL that is well-formed Unicode. */
export function plainText(input: unknown, field: Field): Parsed {
  if (typeof input !== "string") return wrong(field, "must be text.");
  if (input.includes("\0")) return wrong(field, "must not contain the character NUL.");
  if (!input.isWellFormed()) return wrong(field, "must be well-formed Unicode.");
  return parsed(input);
}

/** Code points, not UTF-16 units: a surrogate pair is one character. */
function charactersOf(value: string): number {
  let count = 0;
  for (const _ of value) count++;
  return count;
}
