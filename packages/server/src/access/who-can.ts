import type { Actor } from "../identity/actor.ts";
import { formatId, ID_BYTES, type Id } from "../kit/index.ts";
import {
  type Action,
  type Collection,
  EVERY_ROW,
  type Filter,
  NO_ROW,
  type Operand,
  type Plan,
  type Rule,
  scopesOf,
} from "../model/index.ts";
import type { Check, Grant } from "./contract.ts";
import { createAccess } from "./create-access.ts";

/**
 * How much an actor may touch: nothing, the rows of its tenant or some rows that the rule names, or all. "some" is a promise about the
 * rule, not about the data: it may turn out to be no row.
 */
export type Extent = "none" | "some" | "tenant" | "all";

/** Which fields are open less far than the rows they are in. */
export interface FieldExtent {
  readonly field: string;
  readonly read: Extent;
  readonly write: Extent;
}

export interface WhoCanRow {
  readonly who: string;
  readonly collection: string;
  readonly read: Extent;
  readonly create: Extent;
  readonly update: Extent;
  readonly delete: Extent;
  readonly fields: readonly FieldExtent[];
}

/**
 * The whole matrix: everybody that the rules can tell apart, against every collection and action. Roles are looked at one by one; an
 * account with several may do more, or less where a rule says not().
 */
export function whoCan(plan: Plan): readonly WhoCanRow[] {
  const grantOf = createAccess(plan);
  return plan.collections.flatMap((collection) =>
    personas(plan).map(({ who, actor }) => {
      const extent = (action: Action): Extent => extentOf(grantOf(actor, action, collection, NOW));
      return {
        who,
        collection: collection.name,
        read: extent("read"),
        create: extent("create"),
        update: extent("update"),
        delete: extent("delete"),
        fields: fieldExtents(collection, (action) => grantOf(actor, action, collection, NOW)),
      };
    }),
  );
}

/** Any moment does: it is also the moment of the second factor, where there is one. */
const NOW = 0;
const SOMEBODY: Id = new Uint8Array(ID_BYTES).fill(0xa5);

interface Persona {
  readonly who: string;
  readonly actor: Actor;
}

function personas(plan: Plan): readonly Persona[] {
  const roles = [undefined, ...plan.roles];
  const named = idsNamedIn(plan);
  return [
    { who: "not signed in", actor: { kind: "nobody" } },
    ...roles.flatMap((role) => withAndWithoutFactor(role ?? "signed in", role === undefined ? [] : [role], SOMEBODY)),
    ...named.flatMap((id) => withAndWithoutFactor(`account ${formatId(id)}`, [], id)),
    { who: "secret key, all scopes", actor: { kind: "service", keyId: "", scopes: scopesOf(plan) } },
  ];
}

function withAndWithoutFactor(who: string, roles: readonly string[], id: Id): readonly Persona[] {
  const account = { kind: "account", id, sessionId: SOMEBODY, tenant: SOMEBODY, roles, houseRole: null, unfinished: false } as const;
  return [
    { who, actor: { ...account, aal: 1, mfaAt: null } },
    { who: `${who} + factor`, actor: { ...account, aal: 2, mfaAt: NOW } },
  ];
}

function extentOf(grant: Grant): Extent {
  if (!grant.allow) return "none";
  const [old, after] = [extentOfCheck(grant.old), extentOfCheck(grant.new)];
  return old === "all" ? after : after === "all" || after === old ? old : "some";
}

function extentOfCheck(check: Check): Extent {
  if (check === EVERY_ROW) return "all";
  if (check === NO_ROW) return "none";
  return check.op === "compare" && check.column === "tenant" && check.by === "eq" && check.sense === "is" ? "tenant" : "some";
}

/** A field that nobody may touch, because its rows are closed, needs no line of its own. */
function fieldExtents(collection: Collection, grantFor: (action: Action) => Grant): readonly FieldExtent[] {
  const [reading, creating, updating] = [grantFor("read"), grantFor("create"), grantFor("update")];
  const writing = updating.allow ? updating : creating;
  return collection.fields.flatMap(({ name, read, write }) => {
    if (read === undefined && write === undefined) return [];
    return [{ field: name, read: fieldExtent(reading, "read", name), write: fieldExtent(writing, "write", name) }];
  });
}

function fieldExtent(grant: Grant, which: "read" | "write", field: string): Extent {
  if (!grant.allow) return "none";
  const filter: Filter = grant[which].get(field) ?? EVERY_ROW;
  return filter === EVERY_ROW ? extentOf(grant) : extentOfCheck(filter);
}

/** Accounts that a rule names by their id stand in the matrix by themselves: to all others such a rule says no. */
function idsNamedIn(plan: Plan): readonly Id[] {
  const rules = plan.collections.flatMap(({ access, fields }) => [
    ...Object.values(access),
    ...fields.flatMap(({ read, write }) => [read ?? [], write ?? []].flat()),
  ]);
  const found = rules.flatMap(idsIn);
  return [...new Map(found.map((id) => [formatId(id), id])).values()];
}

function idsIn(rule: Rule): readonly Id[] {
  if (rule.op === "all" || rule.op === "any") return rule.of.flatMap(idsIn);
  if (rule.op === "not") return idsIn(rule.of);
  if (rule.op === "exists") return idsIn(rule.where);
  if (rule.op === "in") return isActorId(rule.left) ? rule.values.filter((value) => value instanceof Uint8Array) : [];
  if (rule.op !== "compare" || !isActorId(rule.left) || rule.right.from !== "value") return [];
  return rule.right.value instanceof Uint8Array ? [rule.right.value] : [];
}

function isActorId(operand: Operand): boolean {
  return operand.from === "actor" && operand.attribute === "id";
}
