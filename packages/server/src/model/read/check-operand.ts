import type { Field } from "../plan.ts";
import type { DraftOperand } from "../record/draft.ts";
import type { CollectionShape, RuleContext, Typed } from "./rule-context.ts";

/** Refs that one path may follow; each is one more table in the query. */
const HOPS_MAX = 3;

/** Finds out what a field of the row or an attribute of the actor is; tells the place when it does not exist. */
export function checkOperand(operand: Exclude<DraftOperand, { from: "value" }>, context: RuleContext): Typed | undefined {
  if (operand.from === "actor") {
    const names = operand.attribute === "id" ? "accounts" : "tenants";
    return { operand, field: undefined, names, own: false, near: true, words: `actor.${operand.attribute}` };
  }
  if (operand.scope !== context.scope) {
    return context.place.problem(
      `row.${operand.path.join(".")} is a field of another row; inside exists only one condition may name the outer row: other.field.is(row.field).`,
    );
  }
  const field = followPath(operand.path, context);
  if (field === undefined) return undefined;
  return {
    operand: { from: "row", path: operand.path },
    field,
    names: namesOf(field, context.collection),
    own: field.kind === "id",
    near: operand.path.length === 1 && context.depth === 0,
    words: `row.${operand.path.join(".")}`,
  };
}

function followPath(path: readonly string[], context: RuleContext): Field | undefined {
  let collection: CollectionShape | undefined = context.collection;
  let field: Field | undefined;
  if (path.length > HOPS_MAX + 1)
    return context.place.problem(`row.${path.join(".")} follows more than ${HOPS_MAX} refs; use fewer, or keep the value in the row.`);
  for (const [index, name] of path.entries()) {
    const written = `row.${path.slice(0, index + 1).join(".")}`;
    if (collection === undefined) return context.place.problem(whyNoPath(path.slice(0, index), field, name));
    field = collection.fields.get(name);
    if (field === undefined) {
      return context.place.problem(`${written} does not exist; ${collection.name} has ${[...collection.fields.keys()].join(", ")}.`);
    }
    collection = field.ref === undefined ? undefined : context.shapes.get(field.ref);
  }
  return field;
}

function whyNoPath(path: readonly string[], field: Field | undefined, name: string): string {
  const written = `row.${path.join(".")}`;
  if (field?.ref === "accounts")
    return `${written}.${name} cannot be used: a rule sees nothing of an account but its id, which is ${written} itself.`;
  return `${written} is not a ref: there is nothing behind it that .${name} could be.`;
}

function namesOf(field: Field, collection: CollectionShape): string | undefined {
  if (field.kind === "ref") return field.ref;
  if (field.kind !== "id") return undefined;
  return field.name === "tenant" ? "tenants" : collection.name;
}
