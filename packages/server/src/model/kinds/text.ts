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
    if (field.max !== undefined && isLongerThan(plain.value, field.max)) return wrong(field, `must have at most ${field.max} characters.`);
    if (field.min !== undefined && !isLongerThan(plain.value, field.min - 1))
      return wrong(field, `must have at least ${field.min} characters.`);
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

function isLongerThan(value: string, characters: number): boolean {
  if (value.length <= characters) return false;
  let left = characters;
  for (const _ of value) if (--left < 0) return true;
  return false;
}
