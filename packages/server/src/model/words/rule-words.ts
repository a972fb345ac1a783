import type { WORD } from "./brand.ts";
import type { AnyCollection, CollectionWord, Fields } from "./collection-words.ts";
import type { FieldWord } from "./field-words.ts";

/** One condition of a rule: data, made by the words below and by nothing else. `&&`, `||` and `!` do not work on it; `all`, `any` and `not` do. */
export interface Condition {
  readonly [WORD]: { readonly word: "condition" };
}

/** Something that a condition compares. */
export interface Operand<K extends string> {
  readonly [WORD]: { readonly word: "operand" };
  readonly types?: K;
}

/** A comparison with null is false, so `not` of it is true: `not(row.blocked.is(actor.id))` holds for those who are not signed in. */
export interface Comparable<K extends string, J> extends Operand<K> {
  is(other: J | Operand<K>): Condition;
  /** Also false where either side is null. */
  isNot(other: J | Operand<K>): Condition;
  in(list: readonly J[]): Condition;
  lt(other: J | Operand<K>): Condition;
  lte(other: J | Operand<K>): Condition;
  gt(other: J | Operand<K>): Condition;
  gte(other: J | Operand<K>): Condition;
  isNull(): Condition;
  isNotNull(): Condition;
  /** In `update.new` only: the field is as it was. */
  unchanged(): Condition;
}

/** The fields of a row, as a rule names them. Through a ref, its row's fields: `row.patient.doctor.is(actor.id)`. */
export type RowWords<F> = { readonly [N in keyof F]: FieldOperand<F[N]> } & {
  readonly id: Comparable<"id", string>;
  readonly created_at: Comparable<"dateTime", string>;
  readonly updated_at: Comparable<"dateTime", string>;
};

type FieldOperand<W> =
  W extends FieldWord<infer K, infer J, infer T> ? (T extends Fields ? Comparable<K, J> & RowWords<T> : Comparable<K, J>) : never;

/** Who asks. `user_metadata` is not here: its user writes it. */
export interface ActorWords {
  /** Null for those who are not signed in, and for secret keys. */
  readonly id: Comparable<"id", string>;
  readonly tenant: Comparable<"id", string>;
  readonly role: { is(role: string): Condition; in(roles: readonly string[]): Condition };
  signedIn(): Condition;
  readonly mfa: {
    /** A second factor was shown in this session, so recently: "10m". */
    within(duration: string): Condition;
  };
  readonly level: { is(level: 1 | 2): Condition };
  readonly scope: {
    /** A secret key with this scope, such as "patients:read". */
    has(scope: string): Condition;
  };
}

/**
 * What an `access` callback is given. `public` is reserved in JavaScript and cannot be unpacked by its name: take the words as one,
 * `access: (words) => ({ read: words.public() })`.
 */
export interface RuleWords<R> {
  readonly row: R;
  readonly actor: ActorWords;
  all(...conditions: readonly Condition[]): Condition;
  any(...conditions: readonly Condition[]): Condition;
  not(condition: Condition): Condition;
  /** Some row of a collection is joined with this one by one field and passes: `exists(members, (m) => all(m.team.is(row.team), m.account.is(actor.id)))`. */
  exists<F extends Fields>(target: CollectionWord<F>, where: (other: RowWords<F>) => Condition): Condition;
  exists(target: string | AnyCollection, where: (other: Readonly<Record<string, Comparable<string, string>>>) => Condition): Condition;
  /** Everybody, signed in or not. The audit lists it. */
  public(): Condition;
}
