import type { EraseRule, FieldKind } from "../plan.ts";
import { WORD } from "./brand.ts";
import type { AccountsWord, AnyCollection, CollectionWord, Fields } from "./collection-words.ts";

/** The options that every field takes. */
export interface CommonOptions<J> {
  /** The field must never be null. Without it, it may be. */
  readonly required?: boolean;
  /** What a new row gets when it does not say. */
  readonly default?: J;
  /** The value tells something about a person: it is kept apart in the trail and goes when the person is erased. */
  readonly personal?: boolean;
}

interface Bounds<B> {
  readonly max?: B;
  readonly min?: B;
}

/** `max` and `min` count characters. */
export interface TextOptions extends CommonOptions<string>, Bounds<number> {
  /** A regular expression in RE2 syntax that must match somewhere in the text: write `^…$` for the whole. */
  readonly pattern?: string;
}
export interface NumberOptions extends CommonOptions<number>, Bounds<number> {}
/** `max` and `min` are moments such as "2030-01-01T00:00:00Z". */
export interface DateTimeOptions extends CommonOptions<string>, Bounds<string> {}
/** `max` counts the characters of the printed value. */
export interface JsonOptions extends CommonOptions<unknown> {
  readonly max?: number;
}
/** `max` and `min` count bytes. */
export interface BytesOptions extends CommonOptions<string>, Bounds<number> {}

export interface RefOptions extends CommonOptions<string> {
  /**
   * What happens to this row when the account, or the row, that it names is erased. `keep` (accounts only; the default there): the row
   * stays and names nobody any more. `clear` (the default for a row that may name none): the name goes. `remove`: the row goes too.
   */
  readonly erase?: EraseRule;
}

/** What a field of the config says, before it is checked. */
export interface FieldSaid {
  readonly word: "field";
  readonly kind: Exclude<FieldKind, "id">;
  readonly options: unknown;
  readonly values: readonly unknown[] | undefined;
  readonly target: unknown;
  readonly encrypted: unknown;
  readonly unique: unknown;
  readonly was: unknown;
}

/** `K` is what it can be compared with, `J` how a value is written, `T` the fields that a ref leads to. All three are types only. */
export interface FieldWord<K extends string = string, J = unknown, T = unknown> {
  readonly [WORD]: FieldSaid;
  readonly types?: { readonly kind: K; readonly json: J; readonly target: T };
  /**
   * Closed in the store with a key of its own per value. Nothing can be filtered by it, unless `lookup` keeps a blind index:
   * that allows "equal to", "one of" and "is null", and tells whoever steals the disk which rows have equal values.
   */
  encrypted(options?: { readonly lookup?: boolean }): FieldWord<K, J, T>;
  /**
   * No two rows have the same value (in a tenant's collection: no two rows of one tenant). A refusal tells the one who writes that a
   * value exists, also in rows that he may not read: `reveals: true` says that this is meant.
   */
  unique(options?: { readonly reveals?: boolean }): FieldWord<K, J, T>;
  /** The name that the field had before: without it, a new name is a new field and the old values are lost. */
  was(name: string): FieldWord<K, J, T>;
}

export function text(options?: TextOptions): FieldWord<"text", string> {
  return field({ kind: "text", options });
}

export function integer(options?: NumberOptions): FieldWord<"number", number> {
  return field({ kind: "integer", options });
}

export function number(options?: NumberOptions): FieldWord<"number", number> {
  return field({ kind: "number", options });
}

export function boolean(options?: CommonOptions<boolean>): FieldWord<"boolean", boolean> {
  return field({ kind: "boolean", options });
}

export function dateTime(options?: DateTimeOptions): FieldWord<"dateTime", string> {
  return field({ kind: "dateTime", options });
}

export function json(options?: JsonOptions): FieldWord<"json", never> {
  return field({ kind: "json", options });
}

export function bytes(options?: BytesOptions): FieldWord<"bytes", string> {
  return field({ kind: "bytes", options });
}

/** One of a few words; options may come last: `oneOf("open", "closed", { default: "open" })`. */
export function oneOf<const V extends string>(...values: readonly (V | CommonOptions<V>)[]): FieldWord<"text", V> {
  const last = values.at(-1);
  const options = typeof last === "object" ? last : undefined;
  return field({ kind: "oneOf", options, values: options === undefined ? values : values.slice(0, -1) });
}

/** The id of an account, or of a row of another collection; a collection that is written further below is named by its name. */
export function ref(target: AccountsWord, options?: RefOptions): FieldWord<"id", string>;
export function ref<F extends Fields>(target: CollectionWord<F>, options?: RefOptions): FieldWord<"id", string, F>;
export function ref(target: string, options?: RefOptions): FieldWord<"id", string>;
export function ref(target: AccountsWord | AnyCollection | string, options?: RefOptions): FieldWord<"id", string> {
  return field({ kind: "ref", options, target });
}

function field<K extends string, J, T>(said: Partial<FieldSaid> & Pick<FieldSaid, "kind">): FieldWord<K, J, T> {
  const whole: FieldSaid = {
    word: "field",
    options: undefined,
    values: undefined,
    target: undefined,
    encrypted: undefined,
    unique: undefined,
    was: undefined,
    ...said,
  };
  return Object.freeze({
    [WORD]: Object.freeze(whole),
    encrypted: (options: unknown = {}) => field<K, J, T>({ ...whole, encrypted: options }),
    unique: (options: unknown = {}) => field<K, J, T>({ ...whole, unique: options }),
    was: (name: unknown) => field<K, J, T>({ ...whole, was: name }),
  });
}
