import type { JsonPath, JsonStep } from "./json-path.ts";
import type { Value } from "./value.ts";

/**
 * What is asked of a row, in negation normal form: `all` and `any` over leaves, no inner negation. The residual of an access
 * rule and the filters of a request are both this; the store turns it into SQL, `access` checks it in memory, and the two agree.
 */
export type Filter = { readonly op: "all"; readonly of: readonly Filter[] } | { readonly op: "any"; readonly of: readonly Filter[] } | Leaf;

/** `all` of nothing. */
export const EVERY_ROW: Filter = { op: "all", of: [] };
/** `any` of nothing. */
export const NO_ROW: Filter = { op: "any", of: [] };

/**
 * A leaf is true, false or unknown (a null took part). `is` keeps the true; `isNot` the false (SQL's NOT, as the wire dialect
 * means it); `isNotTrue` the false and the unknown (two-valued negation, as access rules mean it).
 */
export type Sense = "is" | "isNot" | "isNotTrue";

export type Comparison = "eq" | "neq" | "lt" | "lte" | "gt" | "gte";
/** Patterns as in PostgREST: `like` is case-sensitive, `ilike` folds ASCII only, `match`/`imatch` is RE2; `%`, `_`, `\` in the first two. */
export type PatternMatch = "like" | "ilike" | "match" | "imatch";

export type JsonQuestion =
  | { readonly op: "compare"; readonly by: Comparison; readonly value: string | number }
  | { readonly op: "pattern"; readonly by: PatternMatch; readonly pattern: string }
  | { readonly op: "in"; readonly values: readonly string[] }
  | { readonly op: "null" };

export type Leaf =
  | { readonly op: "compare"; readonly sense: Sense; readonly column: string; readonly by: Comparison; readonly value: Value }
  | { readonly op: "compareColumns"; readonly sense: Sense; readonly left: string; readonly by: Comparison; readonly right: string }
  | { readonly op: "pattern"; readonly sense: Sense; readonly column: string; readonly by: PatternMatch; readonly pattern: string }
  | { readonly op: "in"; readonly sense: Sense; readonly column: string; readonly values: readonly Value[] }
  | { readonly op: "null"; readonly sense: "is" | "isNot"; readonly column: string }
  /** What stands at a place in a json column, read as `partOfJson` says; nothing there is null, and so unknown. */
  | {
      readonly op: "json";
      readonly sense: Sense;
      readonly column: string;
      readonly steps: readonly JsonStep[];
      readonly as: JsonPath["as"] | "number";
      readonly asks: JsonQuestion;
    }
  /** The row's `column` is among the `pick`ed column of the rows of `table` that pass `where`: an uncorrelated IN (SELECT …). */
  | {
      readonly op: "member";
      readonly sense: Sense;
      readonly column: string;
      readonly table: string;
      readonly pick: string;
      readonly where: Filter;
    };
