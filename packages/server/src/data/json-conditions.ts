import { Fault } from "../kit/index.ts";
import { EVERY_ROW, type Filter, type JsonPath, type Leaf, NO_ROW, patternProblem, type Sense } from "../model/index.ts";
import type { FieldPlan } from "./collection-plan.ts";
import type { LeafCondition } from "./contract.ts";
import { refusedQuestion } from "./visibility.ts";

type JsonLeaf = Leaf & { readonly op: "json" };

/**
 * A question about part of a json field. As text it compares as text does; as JSON it is equal or not to a number, a text or a
 * boolean, and numbers have an order.
 */
export function compileJson(field: FieldPlan, path: JsonPath, part: LeafCondition, negated: boolean): Filter {
  if (field.encrypted) throw refusedQuestion(field, "it is encrypted: nothing in it can be asked");
  if (field.field.kind !== "json") throw refusedQuestion(field, "only json fields have paths into them");
  const sense: Sense = negated ? "isNot" : "is";
  const leaf = (asks: JsonLeaf["asks"], more: Partial<Pick<JsonLeaf, "sense" | "as">> = {}): Filter => ({
    op: "json",
    sense,
    column: field.name,
    steps: path.steps,
    as: path.as,
    asks,
    ...more,
  });
  const same = (text: string): string => (path.as === "text" ? text : printedScalar(field, text));
  switch (part.op) {
    case "compare": {
      if (part.by === "eq" || part.by === "neq" || path.as === "text") return leaf({ op: "compare", by: part.by, value: same(part.text) });
      return leaf({ op: "compare", by: part.by, value: numberFrom(field, part.text) }, { as: "number" });
    }
    case "distinct":
      return leaf({ op: "compare", by: "eq", value: same(part.text) }, { sense: negated ? "is" : "isNotTrue" });
    case "in":
      if (part.texts.length === 0) return negated ? EVERY_ROW : NO_ROW;
      return leaf({ op: "in", values: part.texts.map(same) });
    case "is":
      if (part.word !== "null" && part.word !== "not_null") throw refusedQuestion(field, "of part of it, is asks only for null");
      return leaf({ op: "null" }, { sense: (part.word === "null") === negated ? "isNot" : "is" });
    case "pattern": {
      if (path.as === "json") throw refusedQuestion(field, "patterns are asked of text: write ->> before the last name");
      const problem = part.text.includes("\0") ? "A pattern must not contain the character NUL." : patternProblem(part.by, part.text);
      if (problem !== undefined) throw new Fault("data.invalid", problem, { detail: { because: "pattern" } });
      return leaf({ op: "pattern", by: part.by, pattern: part.text });
    }
  }
}

function printedScalar(field: FieldPlan, text: string): string {
  const value = parsed(text);
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  throw unfit(field, "a number, true, false or a text in quotes is asked for; write ->> before the last name to ask for text as it is");
}

function numberFrom(field: FieldPlan, text: string): number {
  const value = parsed(text);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw unfit(field, "only numbers have an order in JSON; write ->> before the last name to compare text");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unfit(field: FieldPlan, why: string): Fault {
  return new Fault("data.invalid", `The field ${field.name} is json: ${why}.`, { detail: { because: "type" } });
}
