import type { Field } from "../plan.ts";
import type { ColumnType } from "../schema.ts";
import type { Value } from "../value.ts";

/** A value that is there: null is handled before a kind is asked. */
export type Present = Exclude<Value, null>;

/** A value as it will lie in the store, or one sentence that says what is wrong; the sentence never repeats the input. */
export type Parsed = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: string };

/** What the values of a kind can be asked besides null: json can be asked nothing, a boolean only whether it is equal. */
export interface Questions {
  /** eq, neq, in. */
  readonly equal: boolean;
  /** lt, lte, gt, gte, and sorting. */
  readonly order: boolean;
  /** like, ilike, match, imatch. */
  readonly pattern: boolean;
  /** May be `.encrypted({ lookup: true })`: refused where so few values exist that a blind index tells them. */
  readonly lookup: boolean;
}

/** Everything that the house knows of one kind of field. A new kind is one such file and one row in `kinds/index.ts`. */
export interface Kind {
  readonly column: ColumnType;
  readonly asks: Questions;
  /** What `max` and `min` measure, or `undefined` where the kind has no bounds. */
  readonly bounds: "characters" | "bytes" | "value" | undefined;
  fromJson(input: unknown, field: Field): Parsed;
  /** The shape in which the wire dialect shows it: plain JSON. */
  toJson(value: Present, field: Field): unknown;
  /** From a filter in a URL. Says what the value is, not whether the field could hold it: bounds do not apply. */
  fromText(text: string, field: Field): Parsed;
  /** The bytes that are encrypted. */
  encode(value: Present): string | Uint8Array;
  /** The inverse of `encode`, for bytes that the vault has authenticated. */
  decode(bytes: Uint8Array): Present;
}

export function parsed(value: Value): Parsed {
  return { ok: true, value };
}

export function wrong(field: Field, sentence: string): Parsed {
  return { ok: false, problem: `${field.name} ${sentence}` };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Checks a number against the field's `min` and `max`. */
export function withinBounds(value: number, field: Field): Parsed {
  if (field.max !== undefined && value > field.max) return wrong(field, `must be at most ${field.max}.`);
  if (field.min !== undefined && value < field.min) return wrong(field, `must be at least ${field.min}.`);
  return parsed(value);
}
