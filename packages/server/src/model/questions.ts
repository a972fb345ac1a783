import { FIELD_KINDS, type Questions } from "./kinds/index.ts";
import type { Field } from "./plan.ts";

const CLOSED: Questions = { equal: false, order: false, pattern: false, lookup: false };
const LOOKED_UP: Questions = { equal: true, order: false, pattern: false, lookup: true };

/**
 * What a filter may ask of a field besides null, its encryption included. `equal` of a field with `lookup` means eq and in; neq would have
 * to be asked as the negation of eq.
 */
export function questionsOf(field: Field): Questions {
  if (field.secrecy === "encrypted") return CLOSED;
  return field.secrecy === "lookup" ? LOOKED_UP : FIELD_KINDS[field.kind].asks;
}
