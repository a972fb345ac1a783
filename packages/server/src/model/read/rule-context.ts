import type { Field } from "../plan.ts";
import type { Scope } from "../record/draft.ts";
import type { Operand } from "../rule.ts";
import type { Place } from "./place.ts";
import type { Resolve } from "./read-field.ts";

/** A collection as far as rules must know it. */
export interface CollectionShape {
  readonly name: string;
  readonly fields: ReadonlyMap<string, Field>;
}

/** What the check of one rule knows of where it stands. */
export interface RuleContext {
  readonly place: Place;
  readonly shapes: ReadonlyMap<string, CollectionShape>;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly resolve: Resolve;
  /** The row that is spoken of, and its collection. */
  readonly scope: Scope;
  readonly collection: CollectionShape;
  readonly mayAskUnchanged: boolean;
  /** How many `exists` are around. */
  readonly depth: number;
}

/** An operand with what is known of its type. `field` is undefined for what the actor has. */
export interface Typed {
  readonly operand: Operand;
  readonly field: Field | undefined;
  /** For ids: whose they are — a collection, "accounts", "tenants" — and whether it is the row's own. */
  readonly names: string | undefined;
  readonly own: boolean;
  /** Whether the value lies in the row itself, not behind a ref or in the other row of an exists. */
  readonly near: boolean;
  /** How it was written, for sentences. */
  readonly words: string;
}
