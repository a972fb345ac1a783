import type { Actor } from "../../src/identity/actor.ts";
import { equalBytes } from "../../src/kit/index.ts";
import type { Action, Collection, Operand, Plan, Rule, Value } from "../../src/model/index.ts";
import { NOW, type Row, type World } from "./world.ts";

/**
 * What rules mean, written a second time and as plainly as possible: no compiling, no normal form, no filters. Slow, and that is its
 * point: it shares no line with what it is held against.
 */
export interface Meaning {
  /** Whether an actor may do something to a row at all. */
  allows(actor: Actor, action: Action, collection: Collection, row: Row, before: Row): boolean;
  /** Whether a rule holds for a row. */
  holds(rule: Rule, actor: Actor, collection: string, row: Row, before: Row | undefined): boolean;
}

export function createMeaning(plan: Plan, world: World): Meaning {
  const byName = new Map(plan.collections.map((collection) => [collection.name, collection]));

  function holds(rule: Rule, actor: Actor, collection: string, row: Row, before: Row | undefined): boolean {
    const again = (part: Rule): boolean => holds(part, actor, collection, row, before);
    const value = (operand: Operand): Value => valueOn(operand, actor, collection, row);
    switch (rule.op) {
      case "all":
        return rule.of.map(again).every((truth) => truth);
      case "any":
        return rule.of.map(again).some((truth) => truth);
      case "not":
        return !again(rule.of);
      case "always":
        return true;
      case "signedIn":
        return actor.kind === "account";
      case "role":
        return actor.kind === "account" && actor.roles.includes(rule.role);
      case "level":
        return actor.kind === "account" && actor.aal === rule.level;
      case "mfaWithin":
        return actor.kind === "account" && actor.mfaAt !== null && actor.mfaAt <= NOW && actor.mfaAt + rule.ms >= NOW;
      case "scope":
        return actor.kind === "service" && holdsScope(actor.scopes, rule.scope);
      case "compare":
        return compared(value(rule.left), rule.by, value(rule.right));
      case "in":
        return rule.values.some((candidate) => compared(value(rule.left), "eq", candidate));
      case "null":
        return value(rule.operand) === null;
      case "unchanged":
        return before !== undefined && sameOrNull(row[rule.field] ?? null, before[rule.field] ?? null);
      case "exists":
        return rowsSeenBy(actor, rule.collection).some(
          (other) =>
            compared(other[rule.pick] ?? null, "eq", row[rule.field] ?? null) &&
            holds(rule.where, actor, rule.collection, other, undefined),
        );
    }
  }

  function rowsSeenBy(actor: Actor, collection: string): readonly Row[] {
    const rows = world.get(collection) ?? [];
    if (byName.get(collection)?.tenant !== true) return rows;
    return rows.filter(({ tenant }) => actor.kind === "account" && actor.tenant !== null && compared(tenant ?? null, "eq", actor.tenant));
  }

  function valueOn(operand: Operand, actor: Actor, collection: string, row: Row): Value {
    if (operand.from === "value") return operand.value;
    if (operand.from === "actor") return actor.kind === "account" ? actor[operand.attribute] : null;
    const [name, ...rest] = operand.path;
    const value = row[name ?? ""] ?? null;
    if (rest.length === 0 || value === null) return value;
    const to = byName.get(collection)?.fields.find((field) => field.name === name)?.ref ?? "";
    const other = rowsSeenBy(actor, to).find(({ id }) => compared(id ?? null, "eq", value));
    return other === undefined ? null : valueOn({ from: "row", path: rest }, actor, to, other);
  }

  function allows(actor: Actor, action: Action, collection: Collection, row: Row, before: Row): boolean {
    if (actor.kind === "account" && actor.unfinished) return false;
    if (actor.kind === "service" && !holdsScope(actor.scopes, `${collection.name}:${action}`)) return false;
    const { access } = collection;
    const inTenant = (each: Row): boolean =>
      !collection.tenant || (actor.kind === "account" && compared(each["tenant"] ?? null, "eq", actor.tenant));
    if (action === "create") return inTenant(row) && holds(access.create, actor, collection.name, row, undefined);
    if (action !== "update") return inTenant(row) && holds(access[action], actor, collection.name, row, undefined);
    const old = inTenant(before) && holds(access.updateOld, actor, collection.name, before, undefined);
    return old && inTenant(row) && holds(access.updateNew, actor, collection.name, row, before);
  }

  return { allows, holds };
}

function holdsScope(scopes: readonly string[], scope: string): boolean {
  const [collection, action] = scope.split(":");
  return scopes.includes(scope) || (action !== "read" && scopes.includes(`${collection}:write`));
}

type By = Extract<Rule, { op: "compare" }>["by"];

function compared(a: Value, by: By, b: Value): boolean {
  if (a === null || b === null) return false;
  const order =
    a instanceof Uint8Array && b instanceof Uint8Array
      ? Buffer.compare(a, b)
      : typeof a === "string" && typeof b === "string"
        ? Buffer.compare(Buffer.from(a), Buffer.from(b))
        : Number(a) - Number(b);
  return { eq: order === 0, neq: order !== 0, lt: order < 0, lte: order <= 0, gt: order > 0, gte: order >= 0 }[by];
}

function sameOrNull(a: Value, b: Value): boolean {
  if (a === null || b === null) return a === b;
  return a instanceof Uint8Array && b instanceof Uint8Array ? equalBytes(a, b) : a === b;
}
