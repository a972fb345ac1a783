import { RE2JS } from "re2js";
import type { Comparison, Filter, Leaf, PatternMatch } from "../../src/model/filter.ts";
import type { Value } from "../../src/model/value.ts";

export type ReferenceRow = Readonly<Record<string, Value>>;
export type ReferenceTables = Readonly<Record<string, readonly ReferenceRow[]>>;

/** True, false or unknown. */
type Truth = boolean | undefined;

/** The meaning of a filter, slow and plain, from model/filter.ts alone. */
export function passesReference(tables: ReferenceTables, filter: Filter, row: ReferenceRow): boolean {
  if (filter.op === "all") return filter.of.every((part) => passesReference(tables, part, row));
  if (filter.op === "any") return filter.of.some((part) => passesReference(tables, part, row));
  const truth = truthOf(tables, filter, row);
  if (filter.sense === "is") return truth === true;
  return filter.sense === "isNot" ? truth === false : truth !== true;
}

function truthOf(tables: ReferenceTables, leaf: Leaf, row: ReferenceRow): Truth {
  switch (leaf.op) {
    case "compare":
      return compare(row[leaf.column] ?? null, leaf.by, leaf.value);
    case "compareColumns":
      return compare(row[leaf.left] ?? null, leaf.by, row[leaf.right] ?? null);
    case "null":
      return (row[leaf.column] ?? null) === null;
    case "pattern": {
      const text = row[leaf.column] ?? null;
      return typeof text === "string" ? MATCHES[leaf.by](leaf.pattern, text) : undefined;
    }
    case "json":
      return askPart(leaf, partOf(row[leaf.column] ?? null, leaf));
    case "in":
      return among(row[leaf.column] ?? null, leaf.values);
    case "member":
      return among(
        row[leaf.column] ?? null,
        (tables[leaf.table] ?? []).filter((other) => passesReference(tables, leaf.where, other)).map((other) => other[leaf.pick] ?? null),
      );
  }
}

type JsonLeaf = Leaf & { readonly op: "json" };

function partOf(value: Value, { steps, as }: JsonLeaf): Value {
  if (typeof value !== "string") return null;
  const found = steps.reduce<readonly unknown[]>(
    (parts, step) =>
      parts.flatMap((part) => {
        if (Array.isArray(part)) return typeof step === "number" && part.at(step) !== undefined ? [part.at(step)] : [];
        if (typeof part !== "object" || part === null || typeof step === "number") return [];
        return Object.entries(part).flatMap(([key, inner]: [string, unknown]) => (key === step ? [inner] : []));
      }),
    [JSON.parse(value)],
  );
  const [part] = found;
  if (found.length === 0) return null;
  if (as === "number") return typeof part === "number" ? part : null;
  if (as === "json") return JSON.stringify(part);
  return part === null ? null : typeof part === "string" ? part : JSON.stringify(part);
}

function askPart({ asks }: JsonLeaf, part: Value): Truth {
  if (asks.op === "null") return part === null;
  if (asks.op === "compare") return compare(part, asks.by, asks.value);
  if (asks.op === "in") return among(part, asks.values);
  return part === null ? undefined : MATCHES[asks.by](asks.pattern, String(part));
}

/** `x = a OR x = b OR …`, which nothing at all makes false. */
function among(value: Value, values: readonly Value[]): Truth {
  const truths = values.map((other) => compare(value, "eq", other));
  if (truths.includes(true)) return true;
  return truths.includes(undefined) ? undefined : false;
}

const BY_SIGN: Readonly<Record<Comparison, (sign: number) => boolean>> = {
  eq: (sign) => sign === 0,
  neq: (sign) => sign !== 0,
  lt: (sign) => sign < 0,
  lte: (sign) => sign <= 0,
  gt: (sign) => sign > 0,
  gte: (sign) => sign >= 0,
};

function compare(left: Value, by: Comparison, right: Value): Truth {
  if (left === null || right === null) return undefined;
  if (typeof left === "number" && typeof right === "number") return BY_SIGN[by](Math.sign(left - right));
  const bytes = (value: Value): Uint8Array => (value instanceof Uint8Array ? value : Buffer.from(String(value)));
  return BY_SIGN[by](Buffer.compare(bytes(left), bytes(right)));
}

const MATCHES: Readonly<Record<PatternMatch, (pattern: string, text: string) => boolean>> = {
  like: (pattern, text) => like([...pattern], [...text]),
  ilike: (pattern, text) => like([...lowerAscii(pattern)], [...lowerAscii(text)]),
  match: (pattern, text) => RE2JS.compile(pattern).matcher(text).find(),
  imatch: (pattern, text) => RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE).matcher(text).find(),
};

function like(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === "%") return like(rest, text) || (text.length > 0 && like(pattern, text.slice(1)));
  if (first === "_") return text.length > 0 && like(rest, text.slice(1));
  if (first !== "\\") return text[0] === first && like(rest, text.slice(1));
  const [escaped, ...after] = rest;
  return escaped !== undefined && text[0] === escaped && like(after, text.slice(1));
}

function lowerAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
