import { type ActorAttribute, EVERY_ROW, equalValues, NO_ROW, type Operand, type Value } from "../model/index.ts";
import { always, type Compiled, decide, type RuleOf, type Site } from "./compiled.ts";
import { member } from "./member.ts";

type RowOperand = Extract<Operand, { readonly from: "row" }>;
type Comparing = RuleOf<"compare">["by"];

export function compileCompare<U>({ left, by, right }: RuleOf<"compare">, site: Site<U>): Compiled<U> {
  if (left.from === "row") {
    if (right.from === "row") return compareColumns(left, by, right, site);
    if (right.from === "actor") return throughRefs(left, site, (column, inner) => compareWithActor(column, by, right.attribute, inner));
    return throughRefs(left, site, (column, inner) => compareWithValue(column, by, right.value, inner));
  }
  if (left.from === "actor" && right.from === "value")
    return decide(site, (asking) => actorPasses(asking[left.attribute], by, right.value));
  throw new TypeError("A rule compares a value with something that is no field and no actor.");
}

function compareColumns<U>(left: RowOperand, by: Comparing, right: RowOperand, site: Site<U>): Compiled<U> {
  const [leftColumn, ...leftPath] = left.path;
  const [rightColumn, ...rightPath] = right.path;
  if (leftColumn === undefined || rightColumn === undefined || leftPath.length + rightPath.length > 0) {
    throw new TypeError("A rule compares two fields of which one lies in another row.");
  }
  return always({ op: "compareColumns", sense: senseOf(site), left: leftColumn, by, right: rightColumn });
}

function compareWithActor<U>(column: string, by: Comparing, attribute: ActorAttribute, site: Site<U>): Compiled<U> {
  const sense = senseOf(site);
  const withNull = site.wanted ? NO_ROW : EVERY_ROW;
  return (asking) => {
    const value = asking[attribute];
    return value === null ? withNull : { op: "compare", sense, column, by, value };
  };
}

function compareWithValue<U>(column: string, by: Comparing, value: Value, site: Site<U>): Compiled<U> {
  if (value === null) return always(site.wanted ? NO_ROW : EVERY_ROW);
  return always({ op: "compare", sense: senseOf(site), column, by, value });
}

/** An actor's attributes are ids: they can be equal or not, and are never before one another. */
function actorPasses(attribute: Uint8Array | null, by: Comparing, value: Value): boolean {
  if (attribute === null || value === null) return false;
  if (by === "eq") return equalValues(attribute, value);
  return by === "neq" && !equalValues(attribute, value);
}

export function compileIn<U>({ left, values }: RuleOf<"in">, site: Site<U>): Compiled<U> {
  if (left.from === "actor") return decide(site, (asking) => values.some((value) => actorPasses(asking[left.attribute], "eq", value)));
  if (left.from === "value") throw new TypeError("A rule looks for a value in a list, and neither can change.");
  if (values.length === 0) return always(site.wanted ? NO_ROW : EVERY_ROW);
  return throughRefs(left, site, (column, inner) => always({ op: "in", sense: senseOf(inner), column, values }));
}

/** Behind a ref that is null, or that leads nowhere, everything is null. */
export function compileNull<U>({ operand }: RuleOf<"null">, site: Site<U>): Compiled<U> {
  if (operand.from === "actor") return decide(site, (asking) => asking[operand.attribute] === null);
  if (operand.from === "value") throw new TypeError("A rule asks whether a value is null.");
  const isThere = { ...site, wanted: !site.wanted };
  return throughRefs(operand, isThere, (column, inner) => always({ op: "null", sense: inner.wanted ? "isNot" : "is", column }));
}

/**
 * The leaf for the last field of a path. Each ref on the way becomes a membership: the row's ref is among the ids of the rows that pass.
 * A negation stays outside all of them, so a path that ends at a null is as unknown, and so as false, as a null in the row itself.
 */
function throughRefs<U>({ path }: RowOperand, site: Site<U>, leaf: <T>(column: string, site: Site<T>) => Compiled<T>): Compiled<U> {
  const [column, ...rest] = path;
  if (column === undefined) throw new TypeError("A rule names a field without a name.");
  if (rest.length === 0) return leaf(column, site);
  const collection = site.refOf(site.collection, column);
  const inner: Site<never> = { ...site, wanted: true, collection, unchanged: noUnchanged };
  return member({ field: column, collection, pick: "id", where: throughRefs({ from: "row", path: rest }, inner, leaf) }, site);
}

function noUnchanged(field: string): never {
  throw new TypeError(`unchanged(${field}) stands behind a ref.`);
}

function senseOf<U>({ wanted }: Site<U>): "is" | "isNotTrue" {
  return wanted ? "is" : "isNotTrue";
}
