import type { Value } from "./value.ts";

/** What a rule can know of the one who asks. */
export type ActorAttribute = "id" | "tenant";

export type Operand =
  | { readonly from: "row"; readonly path: readonly string[] } // [field], or [ref, …, field] through refs
  | { readonly from: "actor"; readonly attribute: ActorAttribute }
  | { readonly from: "value"; readonly value: Value };

/** An access rule as data. Two-valued: a comparison with null is false, so `not` of it is true. */
export type Rule =
  | { readonly op: "all"; readonly of: readonly Rule[] }
  | { readonly op: "any"; readonly of: readonly Rule[] }
  | { readonly op: "not"; readonly of: Rule }
  | { readonly op: "always" } // written only as public()
  | { readonly op: "compare"; readonly left: Operand; readonly by: "eq" | "neq" | "lt" | "lte" | "gt" | "gte"; readonly right: Operand }
  | { readonly op: "in"; readonly left: Operand; readonly values: readonly Value[] }
  | { readonly op: "null"; readonly operand: Operand }
  | { readonly op: "signedIn" }
  | { readonly op: "role"; readonly role: string }
  | { readonly op: "mfaWithin"; readonly ms: number }
  | { readonly op: "level"; readonly level: 1 | 2 }
  /** A secret key with this scope, `collection:action`; "patients:write" holds "patients:create", "…:update" and "…:delete". */
  | { readonly op: "scope"; readonly scope: string }
  | { readonly op: "unchanged"; readonly field: string } // update.new only
  /** Some row of `collection` has `pick` equal to this row's `field` and passes `where` (a rule over that row and the actor). */
  | { readonly op: "exists"; readonly collection: string; readonly field: string; readonly pick: string; readonly where: Rule };

export const NEVER: Rule = { op: "any", of: [] };
