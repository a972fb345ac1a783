import type { Actor } from "../identity/actor.ts";
import type { Filter, Leaf } from "../model/filter.ts";
import type { Collection, Plan } from "../model/plan.ts";
import type { Action } from "../model/scopes.ts";
import type { Value } from "../model/value.ts";

export type { Action } from "../model/scopes.ts";

/** A row as the rules see it: values by field name, before encryption. */
export type PlainRow = Readonly<Record<string, Value>>;

/** A filter for a row that is about to be written: it may also ask that a field is as it was (two-valued, `IS NOT DISTINCT FROM`). */
export type Check =
  | { readonly op: "all"; readonly of: readonly Check[] }
  | { readonly op: "any"; readonly of: readonly Check[] }
  | { readonly op: "unchanged"; readonly sense: "is" | "isNot"; readonly field: string }
  | Leaf;

/**
 * What an actor may do, from the rules and the actor alone. Filters name fields of the collection, and tables by collection name.
 * `old` is ANDed into the query that finds rows (read, update, delete); `new` must hold for the row that is written (create, update).
 * `read` and `write` have an entry for each field that is not open to whoever may touch the row: the filter that a row must
 * pass besides `old` and `new`, NO_ROW for a field that is never open. The tenant of the actor is already in `old` and `new`.
 * `write` must hold of the row as it is (update), or as it will be (create).
 */
export type Grant =
  | { readonly allow: false; readonly because: "rule" | "step-up" }
  | {
      readonly allow: true;
      readonly old: Filter;
      readonly new: Check;
      readonly read: ReadonlyMap<string, Filter>;
      readonly write: ReadonlyMap<string, Filter>;
    };

/** `now` in ms since 1970 (for step-up). Pure and cheap: rules are compiled once per collection. */
export type GrantOf = (actor: Actor, action: Action, collection: Collection, now: number) => Grant;

/** Builds the grant function of a plan. Exported by access as `createAccess`. */
export type CreateAccess = (plan: Plan) => GrantOf;

/**
 * Checks one row in memory, by the same meaning as the store's SQL. `before` is the row as it was, for `unchanged`.
 * `member` leaves ask `isMember`, which has been answered beforehand. Exported by access as `passes`.
 */
export type Passes = (
  check: Check,
  row: PlainRow,
  before: PlainRow | undefined,
  isMember: (leaf: Leaf & { op: "member" }, value: Value) => boolean,
) => boolean;
