import type { Field, FieldKind } from "../plan.ts";
import type { Value } from "../value.ts";
import { boolean } from "./boolean.ts";
import { bytes } from "./bytes.ts";
import { dateTime } from "./date-time.ts";
import { id } from "./id.ts";
import { integer } from "./integer.ts";
import { json } from "./json.ts";
import { type Kind, type Parsed, parsed, wrong } from "./kind.ts";
import { number } from "./number.ts";
import { oneOf } from "./one-of.ts";
import { ref } from "./ref.ts";
import { text } from "./text.ts";

/** Every kind of field. */
export const FIELD_KINDS: Readonly<Record<FieldKind, Kind>> = { text, integer, number, boolean, dateTime, json, oneOf, ref, bytes, id };

/** Reads what a client wants a field to be, null and `required` included. */
export function fieldFromJson(field: Field, input: unknown): Parsed {
  if (input !== null) return FIELD_KINDS[field.kind].fromJson(input, field);
  return field.required ? wrong(field, "must not be null.") : parsed(null);
}

/** Shows a value that lies in the store, null included, as plain JSON. */
export function fieldToJson(field: Field, value: Value): unknown {
  return value === null ? null : FIELD_KINDS[field.kind].toJson(value, field);
}

/** Reads the value of a filter. Null is not written as a value: it has an operator of its own. */
export function fieldFromText(field: Field, input: string): Parsed {
  return FIELD_KINDS[field.kind].fromText(input, field);
}

export type { Kind, Parsed, Present, Questions } from "./kind.ts";
