import { EVERY_ROW, type Filter, type Leaf, NO_ROW, type Rule } from "../model/index.ts";
import type { Asking } from "./asking.ts";

/** A filter that may hold leaves `U` besides those that a store understands: `Tree<never>` is a Filter. */
export type Tree<U> =
  | { readonly op: "all"; readonly of: readonly Tree<U>[] }
  | { readonly op: "any"; readonly of: readonly Tree<U>[] }
  | Leaf
  | U;

/** A rule made ready: give it who asks, and what is left of it is a question to the row alone. */
export type Compiled<U> = (asking: Asking) => Tree<U>;

/** Where a rule stands while it is compiled. */
export interface Site<U> {
  /** Whether the rule is wanted true; otherwise it is wanted not true, with the unknown counted as false: rules are two-valued. */
  readonly wanted: boolean;
  readonly collection: string;
  /** The collection that a ref field names. */
  readonly refOf: (collection: string, field: string) => string;
  readonly isTenant: (collection: string) => boolean;
  readonly unchanged: (field: string, sense: "is" | "isNot") => U;
}

export type RuleOf<O extends Rule["op"]> = Extract<Rule, { readonly op: O }>;
/** A question that the actor alone answers. */
export function decide<U>({ wanted }: Site<U>, test: (asking: Asking) => boolean): Compiled<U> {
  return (asking) => (test(asking) === wanted ? EVERY_ROW : NO_ROW);
}

/** What the rule alone settles: the same for whoever asks. */
export function always<U>(tree: Filter): Compiled<U> {
  return () => tree;
}
