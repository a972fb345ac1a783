import type { ActorAttribute } from "../rule.ts";

/** One row that conditions speak of: the row of the rule itself, or the other row of an `exists`. Told apart by identity. */
export interface Scope {
  readonly parent: Scope | undefined;
}

export type DraftOperand =
  | { readonly from: "row"; readonly scope: Scope; readonly path: readonly string[] }
  | { readonly from: "actor"; readonly attribute: ActorAttribute }
  | { readonly from: "value"; readonly value: unknown };

export type DraftComparison = "eq" | "neq" | "lt" | "lte" | "gt" | "gte";

/** A condition as it was written, before its names and types are checked. */
export type Draft =
  | { readonly op: "all" | "any"; readonly of: readonly Draft[] }
  | { readonly op: "not"; readonly of: Draft }
  | { readonly op: "always" | "signedIn" }
  | { readonly op: "compare"; readonly left: DraftOperand; readonly by: DraftComparison; readonly right: DraftOperand }
  | { readonly op: "in"; readonly left: DraftOperand; readonly values: unknown }
  | { readonly op: "null" | "unchanged"; readonly operand: DraftOperand }
  | { readonly op: "role"; readonly role: unknown }
  | { readonly op: "mfaWithin"; readonly duration: unknown }
  | { readonly op: "level"; readonly level: unknown }
  | { readonly op: "scope"; readonly scope: unknown }
  | { readonly op: "exists"; readonly target: unknown; readonly scope: Scope; readonly where: Draft }
  | { readonly op: "wrong"; readonly sentence: string };

/** How many conditions a draft has, itself included. */
export function sizeOf(draft: Draft): number {
  return 1 + partsOf(draft).reduce((sum, part) => sum + sizeOf(part), 0);
}

/** How many conditions stand inside one another. */
export function depthOf(draft: Draft): number {
  return 1 + Math.max(0, ...partsOf(draft).map(depthOf));
}

function partsOf(draft: Draft): readonly Draft[] {
  if (draft.op === "all" || draft.op === "any") return draft.of;
  if (draft.op === "not") return [draft.of];
  return draft.op === "exists" ? [draft.where] : [];
}
