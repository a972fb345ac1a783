import type { Condition, IsWord } from "../../data/index.ts";
import type { Comparison, PatternMatch } from "../../model/filter.ts";
import type { JsonPath } from "../../model/json-path.ts";
import { readField } from "./field-name.ts";
import { createTextReader, notOffered, type TextReader } from "./text-reader.ts";

export interface ConditionLimits {
  /** Leaves of one query. */
  readonly filtersMax: number;
  /** Values of one `in`. */
  readonly inListMax: number;
}

/** Levels of `and(or(not.and(…)))`. */
const CONDITION_DEPTH_MAX = 8;
/** In a logic tree a value ends here; at the top level it is the whole rest. */
const VALUE_STOPS = ",)";

type ReadLeaf = (leaf: { field: string; negated: boolean; reader: TextReader; nested: boolean; inListMax: number }) => Leaf;

/** A condition on one field. */
type Leaf = Exclude<Condition, { op: "all" | "any" }>;

const comparison =
  (by: Comparison): ReadLeaf =>
  ({ field, negated, reader, nested }) => ({ op: "compare", by, field, negated, text: readValue(reader, nested) });

/** In a URL `*` may stand for `%`. */
const wildcards =
  (by: PatternMatch): ReadLeaf =>
  ({ field, negated, reader, nested }) => ({ op: "pattern", by, field, negated, text: readValue(reader, nested).replaceAll("*", "%") });

const expression =
  (by: PatternMatch): ReadLeaf =>
  ({ field, negated, reader, nested }) => ({ op: "pattern", by, field, negated, text: readValue(reader, nested) });

const refused =
  (what: string): ReadLeaf =>
  () => {
    throw notOffered(
      `${what} are not offered yet.`,
      "The operators are eq, neq, gt, gte, lt, lte, like, ilike, match, imatch, in, is and isdistinct.",
    );
  };

const OPERATORS: ReadonlyMap<string, ReadLeaf> = new Map<string, ReadLeaf>([
  ["eq", comparison("eq")],
  ["neq", comparison("neq")],
  ["gt", comparison("gt")],
  ["gte", comparison("gte")],
  ["lt", comparison("lt")],
  ["lte", comparison("lte")],
  ["like", wildcards("like")],
  ["ilike", wildcards("ilike")],
  ["match", expression("match")],
  ["imatch", expression("imatch")],
  ["in", ({ field, negated, reader, inListMax }) => ({ op: "in", field, negated, texts: readList(reader, inListMax) })],
  ["is", ({ field, negated, reader, nested }) => ({ op: "is", field, negated, word: readIsWord(reader, nested) })],
  ["isdistinct", ({ field, negated, reader, nested }) => ({ op: "distinct", field, negated, text: readValue(reader, nested) })],
  ...["fts", "plfts", "phfts", "wfts"].map((name): [string, ReadLeaf] => [name, refused("Full-text searches")]),
  ...["cs", "cd", "ov"].map((name): [string, ReadLeaf] => [name, refused("Operators on arrays and JSON")]),
  ...["sl", "sr", "nxl", "nxr", "adj"].map((name): [string, ReadLeaf] => [name, refused("Operators on ranges")]),
]);

const IS_WORDS: readonly IsWord[] = ["null", "not_null", "unknown", "true", "false"];

/** Counts what a query asks for, over all its parameters. */
export interface ConditionReader {
  /** `field=op.value`: the parameter's name may be quoted, and have a path into JSON. */
  field(name: string, value: string, path?: JsonPath): Condition;
  /** `or=(…)`, `not.and=(…)`. */
  logic(op: "and" | "or", negated: boolean, value: string): Condition;
}

export function createConditionReader({ filtersMax, inListMax }: ConditionLimits): ConditionReader {
  let leaves = 0;

  function leaf(reader: TextReader, field: string, path: JsonPath | undefined, nested: boolean): Condition {
    if (++leaves > filtersMax) reader.fail(`More than ${filtersMax} conditions are not taken at once.`);
    const negated = reader.take("not.");
    const name = reader.until(".(,)");
    const read = OPERATORS.get(name);
    if (read === undefined) return reader.fail("An operator (eq, gt, …) is expected here.");
    if (reader.peek() === "(")
      throw notOffered("The modifiers any and all are not offered yet.", "Write the conditions out with or and and.");
    reader.expect(".");
    const condition = read({ field, negated, reader, nested, inListMax });
    return path === undefined ? condition : { ...condition, path };
  }

  function group(reader: TextReader, op: "and" | "or", negated: boolean, depth: number): Condition {
    if (depth > CONDITION_DEPTH_MAX) reader.fail(`Conditions are not nested deeper than ${CONDITION_DEPTH_MAX}.`);
    const of: Condition[] = [];
    reader.skipBlanks();
    reader.expect("(");
    do {
      reader.skipBlanks();
      of.push(member(reader, depth));
      reader.skipBlanks();
    } while (reader.take(","));
    reader.expect(")");
    return { op: op === "and" ? "all" : "any", negated, of };
  }

  /** `and(…)`, `not.or(…)` or `field.op.value`; a field may itself be named "and" or "or". */
  function member(reader: TextReader, depth: number): Condition {
    if (reader.take("not.and(")) return inner(reader, "and", true, depth);
    if (reader.take("not.or(")) return inner(reader, "or", true, depth);
    if (reader.take("and(")) return inner(reader, "and", false, depth);
    if (reader.take("or(")) return inner(reader, "or", false, depth);
    const { field, path } = readField(reader);
    reader.skipBlanks();
    reader.expect(".");
    return leaf(reader, field, path, true);
  }

  function inner(reader: TextReader, op: "and" | "or", negated: boolean, depth: number): Condition {
    reader.back(1);
    return group(reader, op, negated, depth + 1);
  }

  return {
    field(name, value, path) {
      const reader = createTextReader("of a filter", value);
      const condition = leaf(reader, name, path, false);
      if (!reader.isDone()) reader.fail("Nothing more is expected here.");
      return condition;
    },
    logic(op, negated, value) {
      const reader = createTextReader(op, value);
      const condition = group(reader, op, negated, 1);
      reader.skipBlanks();
      if (!reader.isDone()) reader.fail("Nothing more is expected here.");
      return condition;
    },
  };
}

function readValue(reader: TextReader, nested: boolean): string {
  if (!nested) return reader.rest();
  return readListItem(reader);
}

/** `(a,"b,c",d)` */
function readList(reader: TextReader, inListMax: number): readonly string[] {
  const texts: string[] = [];
  reader.skipBlanks();
  reader.expect("(");
  // `in.()` is the empty list, and no row is in it.
  if (reader.take(")")) return texts;
  do {
    if (texts.length >= inListMax) reader.fail(`A list holds at most ${inListMax} values.`);
    texts.push(readListItem(reader));
  } while (reader.take(","));
  reader.expect(")");
  reader.skipBlanks();
  return texts;
}

/** A quoted value counts as quoted only where it ends at a stop: clients quote without escaping inner quotes. */
function readListItem(reader: TextReader): string {
  const quoted = reader.quotedUpTo(VALUE_STOPS);
  return quoted ?? reader.until(VALUE_STOPS);
}

function readIsWord(reader: TextReader, nested: boolean): IsWord {
  const word = readValue(reader, nested).toLowerCase();
  const known = IS_WORDS.find((candidate) => candidate === word);
  return known ?? reader.fail("null, not_null, true, false or unknown is expected here.");
}
