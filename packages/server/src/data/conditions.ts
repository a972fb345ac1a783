import { Fault, type Id } from "../kit/index.ts";
import { EVERY_ROW, type Filter, fieldFromText, NO_ROW, patternProblem, type Sense } from "../model/index.ts";
import type { Value } from "../model/value.ts";
import type { Cipher } from "./cipher.ts";
import type { CollectionPlan, FieldPlan } from "./collection-plan.ts";
import type { Condition, LeafCondition } from "./contract.ts";
import { compileJson } from "./json-conditions.ts";
import { refusedQuestion, type Visibility } from "./visibility.ts";

export interface ConditionNeeds {
  readonly plan: CollectionPlan;
  readonly visibility: Visibility;
  readonly cipher: Cipher;
  /** Whose blind indexes are asked; null for collections without tenants. */
  readonly tenant: Id | null;
  /** For the name of something embedded: the filter of the rows that have it, or have not. */
  readonly related?: (name: string) => ((isThere: boolean) => Filter) | undefined;
}

export interface AskedRows {
  /** The condition, and besides it the read rule of every field that it uses: no row tells of a field that may not be read in it. */
  readonly filter: Filter;
  /** Encrypted fields that were looked up: a look-up that finds nothing is counted. */
  readonly lookups: readonly FieldPlan[];
}

/** Turns a caller's condition into a filter; negations are pushed down to the leaves. */
export function compileCondition(needs: ConditionNeeds, condition: Condition): AskedRows {
  const used: FieldPlan[] = [];
  const compile = (part: Condition, negated: boolean): Filter => {
    const flipped = part.negated !== negated;
    if (part.op === "all" || part.op === "any") {
      const op = (part.op === "all") !== flipped ? "all" : "any";
      return { op, of: part.of.map((inner) => compile(inner, flipped)) };
    }
    const related = needs.related === undefined ? undefined : compileRelated(needs.related, part, flipped);
    if (related !== undefined) return related;
    const field = needs.visibility.field(part.field);
    if (!used.includes(field)) used.push(field);
    if (part.path !== undefined) return compileJson(field, part.path, part, flipped);
    if (field.encrypted) return compileLookup(needs, field, part, flipped);
    return compileLeaf(field, part, flipped);
  };
  const filter = compile(condition, false);
  const rules: Filter[] = [];
  for (const field of used) {
    const rule = needs.visibility.onlyWhere(field);
    if (rule !== undefined) rules.push(rule);
  }
  return {
    filter: rules.length === 0 ? filter : { op: "all", of: [filter, ...rules] },
    lookups: used.filter((field) => field.encrypted),
  };
}

/** Whether anything is embedded is asked like whether a field is null. */
function compileRelated(related: Exclude<ConditionNeeds["related"], undefined>, part: LeafCondition, negated: boolean): Filter | undefined {
  if (part.op !== "is" || part.path !== undefined || (part.word !== "null" && part.word !== "not_null")) return undefined;
  return related(part.field)?.((part.word === "null") === negated);
}

function compileLeaf(field: FieldPlan, part: LeafCondition, negated: boolean): Filter {
  const column = field.name;
  const sense: Sense = negated ? "isNot" : "is";
  switch (part.op) {
    case "compare": {
      requireQuestion(field, part.by === "eq" || part.by === "neq" ? "equal" : "order");
      return { op: "compare", sense, column, by: part.by, value: valueFrom(field, part.text) };
    }
    case "distinct": {
      requireQuestion(field, "equal");
      return { op: "compare", sense: negated ? "is" : "isNotTrue", column, by: "eq", value: valueFrom(field, part.text) };
    }
    case "pattern": {
      requireQuestion(field, "pattern");
      const problem = part.text.includes("\0") ? "A pattern must not contain the character NUL." : patternProblem(part.by, part.text);
      if (problem !== undefined) throw new Fault("data.invalid", problem, { detail: { because: "pattern" } });
      return { op: "pattern", sense, column, by: part.by, pattern: part.text };
    }
    case "in": {
      requireQuestion(field, "equal");
      // Nothing is in the empty list, and everything is outside it: null too, as in SQL.
      if (part.texts.length === 0) return negated ? EVERY_ROW : NO_ROW;
      return { op: "in", sense, column, values: part.texts.map((text) => valueFrom(field, text)) };
    }
    case "is":
      return compileIs(field, part.word, negated);
  }
}

function compileIs(field: FieldPlan, word: (LeafCondition & { op: "is" })["word"], negated: boolean): Filter {
  const column = field.name;
  if (word === "null" || word === "not_null") return { op: "null", sense: (word === "null") === negated ? "isNot" : "is", column };
  if (field.field.kind !== "boolean") throw refusedQuestion(field, `"is.${word}" is asked of booleans only`);
  if (word === "unknown") return { op: "null", sense: negated ? "isNot" : "is", column };
  return { op: "compare", sense: negated ? "isNotTrue" : "is", column, by: "eq", value: word === "true" ? 1 : 0 };
}

/** An encrypted field answers eq, in and is null, and only where it has a lookup: through its blind indexes, one for each live key. */
function compileLookup({ plan, cipher, tenant }: ConditionNeeds, field: FieldPlan, part: LeafCondition, negated: boolean): Filter {
  if (part.op === "is") {
    if (part.word === "null" || part.word === "not_null") return compileIs(field, part.word, negated);
    throw refusedQuestion(field, "it is encrypted");
  }
  if (field.lookups.length === 0)
    throw refusedQuestion(field, "it is encrypted and has no lookup: it can only be asked whether it is null");
  const texts = part.op === "in" ? part.texts : part.op === "compare" && part.by === "eq" ? [part.text] : undefined;
  if (texts === undefined || negated)
    throw refusedQuestion(field, "it is encrypted: it can only be asked with eq, in and is null, without not");
  const values = texts.map((text) => valueFrom(field, text));
  if (values.length === 0) return NO_ROW;
  const found = field.lookups.map(
    ({ keyId, column }): Filter => ({
      op: "in",
      sense: "is",
      column,
      values: values.map((value) => cipher.index(plan, field, keyId, value, tenant)),
    }),
  );
  const [only] = found;
  return found.length === 1 && only !== undefined ? only : { op: "any", of: found };
}

function valueFrom(field: FieldPlan, text: string): Exclude<Value, null> {
  const read = fieldFromText(field.field, text);
  if (!read.ok) throw new Fault("data.invalid", read.problem, { detail: { because: "type" } });
  if (read.value === null) throw new Fault("data.invalid", `${field.name} is asked for null with "is".`, { detail: { because: "type" } });
  return read.value;
}

function requireQuestion(field: FieldPlan, question: "equal" | "order" | "pattern"): void {
  if (!field.kind.asks[question]) throw refusedQuestion(field, `a field of the kind ${field.field.kind} cannot be asked this`);
}
