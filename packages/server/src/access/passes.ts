import { Fault } from "../kit/index.ts";
import {
  type Comparison,
  compareValues,
  equalValues,
  type Leaf,
  matchesPattern,
  type Present,
  partOfJson,
  type Sense,
  type Value,
} from "../model/index.ts";
import type { Passes, PlainRow } from "./contract.ts";

/** True, false, or unknown where a null took part: SQL's three values. */
type Truth = boolean | undefined;
type IsMember = Parameters<Passes>[3];
type MemberLeaf = Extract<Leaf, { readonly op: "member" }>;

/** Checks one row in memory, by the meaning that the store's SQL gives to the same filter. */
export const passes: Passes = (check, row, before, isMember) => {
  if (check.op === "all") return check.of.every((part) => passes(part, row, before, isMember));
  if (check.op === "any") return check.of.some((part) => passes(part, row, before, isMember));
  if (check.op === "unchanged") return before !== undefined && isSame(check.field, row, before) === (check.sense === "is");
  if (check.op === "null") return (valueIn(row, check.column) === null) === (check.sense === "is");
  return keeps(check.sense, truthOf(check, row, isMember));
};

const KEEPS: Readonly<Record<Sense, (truth: Truth) => boolean>> = {
  is: (truth) => truth === true,
  isNot: (truth) => truth === false,
  isNotTrue: (truth) => truth !== true,
};

function keeps(sense: Sense, truth: Truth): boolean {
  return KEEPS[sense](truth);
}

function truthOf(leaf: Exclude<Leaf, { readonly op: "null" }>, row: PlainRow, isMember: IsMember): Truth {
  switch (leaf.op) {
    case "compare":
      return compare(valueIn(row, leaf.column), leaf.by, leaf.value);
    case "compareColumns":
      return compare(valueIn(row, leaf.left), leaf.by, valueIn(row, leaf.right));
    case "pattern":
      return matches(leaf, valueIn(row, leaf.column));
    case "in":
      return isIn(valueIn(row, leaf.column), leaf.values);
    case "json":
      return truthOfPart(leaf, valueIn(row, leaf.column));
    case "member":
      return belongs(leaf, valueIn(row, leaf.column), isMember);
  }
}

/** A field that is not in the row is a mistake of ours: read as null, a negated rule would let it pass. */
function valueIn(row: PlainRow, column: string): Value {
  const value = row[column];
  if (value === undefined) throw new Fault("internal", "A row was checked without one of the fields that its rule asks for.");
  return value;
}

const COMPARISONS: Readonly<Record<Comparison, (a: Present, b: Present) => boolean>> = {
  eq: equalValues,
  neq: (a, b) => !equalValues(a, b),
  lt: (a, b) => compareValues(a, b) < 0,
  lte: (a, b) => compareValues(a, b) <= 0,
  gt: (a, b) => compareValues(a, b) > 0,
  gte: (a, b) => compareValues(a, b) >= 0,
};

function compare(a: Value, by: Comparison, b: Value): Truth {
  return a === null || b === null ? undefined : COMPARISONS[by](a, b);
}

function matches({ by, pattern }: Extract<Leaf, { readonly op: "pattern" }>, value: Value): Truth {
  if (value === null) return undefined;
  if (typeof value !== "string") throw new Fault("internal", "A pattern was asked of a value that is not text.");
  return matchesPattern(by, pattern, value);
}

function truthOfPart({ steps, as, asks }: Extract<Leaf, { readonly op: "json" }>, value: Value): Truth {
  if (value !== null && typeof value !== "string") throw new Fault("internal", "Part of a value was asked for that is not json.");
  const part = value === null ? null : partOfJson(value, steps, as);
  if (asks.op === "null") return part === null;
  if (asks.op === "compare") return compare(part, asks.by, asks.value);
  if (asks.op === "in") return isIn(part, asks.values);
  return part === null ? undefined : matchesPattern(asks.by, asks.pattern, String(part));
}

/** In an empty list is nothing, not even the unknown. */
function isIn(value: Value, values: readonly Value[]): Truth {
  if (values.length === 0) return false;
  if (value === null) return undefined;
  let unknown = false;
  for (const candidate of values) {
    if (candidate === null) unknown = true;
    else if (equalValues(value, candidate)) return true;
  }
  return unknown ? undefined : false;
}

function belongs(leaf: MemberLeaf, value: Value, isMember: IsMember): Truth {
  return value !== null && isMember(leaf, value);
}

function isSame(field: string, row: PlainRow, before: PlainRow): boolean {
  const [now, then] = [valueIn(row, field), valueIn(before, field)];
  if (now === null || then === null) return now === then;
  return equalValues(now, then);
}
