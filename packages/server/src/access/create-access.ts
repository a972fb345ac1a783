import type { Actor } from "../identity/actor.ts";
import { Fault } from "../kit/index.ts";
import { ACTIONS, type Collection, EVERY_ROW, type Filter, holdsScope, NO_ROW, type Plan, type Rule } from "../model/index.ts";
import { type Asking, askingOf, withFreshFactor } from "./asking.ts";
import { compileFilter, compileRule } from "./compile.ts";
import type { Compiled, Site } from "./compiled.ts";
import type { Action, Check, Grant, GrantOf } from "./contract.ts";
import { withinTenant } from "./member.ts";

/** Builds the grant function of a plan: its rules are compiled here, once. A collection that is not the plan's own object is a Fault. */
export function createAccess(plan: Plan): GrantOf {
  const rules = new Map(plan.collections.map((collection) => [collection, compileCollection(collection, plan)]));
  return (actor, action, collection, now) => {
    const compiled = rules.get(collection);
    if (compiled === undefined) throw new Fault("data.missing", "There is no such collection in the plan.");
    return compiled.grant(actor, action, now);
  };
}

type Unchanged = Extract<Check, { readonly op: "unchanged" }>;
type FieldFilters = readonly (readonly [field: string, filter: (asking: Asking) => Filter])[];

interface CompiledAction {
  /** What a secret key must hold to come as far as the rule. */
  readonly scope: string;
  readonly old: (asking: Asking) => Filter;
  readonly new: Compiled<Unchanged>;
}

interface CompiledCollection {
  grant(actor: Actor, action: Action, now: number): Grant;
}

function compileCollection(collection: Collection, plan: Plan): CompiledCollection {
  const site = siteOf(collection, plan);
  const actions = new Map(ACTIONS.map((action) => [action, compileAction(action, collection, site)]));
  const read = compileFields(collection, "read", site);
  const write = compileFields(collection, "write", site);

  function grantTo(asking: Asking, compiled: CompiledAction): Grant {
    const old = compiled.old(asking);
    if (old === NO_ROW) return REFUSED;
    const after = compiled.new(asking);
    if (after === NO_ROW) return REFUSED;
    return { allow: true, old, new: after, read: filtersFor(read, asking), write: filtersFor(write, asking) };
  }

  return {
    grant: (actor, action, now) => {
      const compiled = actions.get(action);
      if (compiled === undefined) return REFUSED;
      if (actor.kind === "service" && !holdsScope(actor.scopes, compiled.scope)) return REFUSED;
      const asking = askingOf(actor, now);
      // A session that still owes its factor is less than nobody here, whatever route let it through.
      const grant = actor.kind === "account" && actor.unfinished ? REFUSED : grantTo(asking, compiled);
      if (grant.allow || actor.kind !== "account") return grant;
      return grantTo(withFreshFactor(asking), compiled).allow ? STEP_UP : REFUSED;
    },
  };
}

const REFUSED: Grant = { allow: false, because: "rule" };
/** Said exactly when a second factor, shown now, would let the same account in. */
const STEP_UP: Grant = { allow: false, because: "step-up" };

function siteOf(collection: Collection, plan: Plan): Site<Unchanged> {
  const byName = new Map(plan.collections.map((each) => [each.name, each]));
  return {
    wanted: true,
    collection: collection.name,
    refOf: (name, field) => byName.get(name)?.fields.find((each) => each.name === field)?.ref ?? noRef(name, field),
    isTenant: (name) => byName.get(name)?.tenant ?? true,
    unchanged: (field, sense) => ({ op: "unchanged", sense, field }),
  };
}

function noRef(collection: string, field: string): never {
  throw new TypeError(`A rule follows ${collection}.${field}, which is not a ref.`);
}

interface ActionRules {
  readonly old: Rule;
  readonly new: Rule;
}

const UNASKED: Rule = { op: "always" };

/** Which rule each action asks, of the row that is there and of the row that would be. */
const RULES_OF: Readonly<Record<Action, (access: Collection["access"]) => ActionRules>> = {
  read: ({ read }) => ({ old: read, new: UNASKED }),
  create: ({ create }) => ({ old: UNASKED, new: create }),
  update: ({ updateOld, updateNew }) => ({ old: updateOld, new: updateNew }),
  delete: (access) => ({ old: access.delete, new: UNASKED }),
};

function compileAction(action: Action, collection: Collection, site: Site<Unchanged>): CompiledAction {
  const rules = RULES_OF[action](collection.access);
  const old = compileFilter(rules.old, collection.name, site);
  const after = compileRule(rules.new, site);
  const { tenant } = collection;
  return {
    scope: `${collection.name}:${action}`,
    old: tenant && rules.old !== UNASKED ? withinTenant<never>(old) : old,
    new: tenant && rules.new !== UNASKED ? withinTenant(after) : after,
  };
}

function compileFields(collection: Collection, which: "read" | "write", site: Site<Unchanged>): FieldFilters {
  return collection.fields.flatMap((field) => {
    const rule = field[which];
    return rule === undefined ? [] : [[field.name, compileFilter(rule, collection.name, site)] as const];
  });
}

const ALL_OPEN: ReadonlyMap<string, Filter> = new Map();

function filtersFor(fields: FieldFilters, asking: Asking): ReadonlyMap<string, Filter> {
  if (fields.length === 0) return ALL_OPEN;
  const filters = new Map<string, Filter>();
  for (const [name, filter] of fields) {
    const rows = filter(asking);
    if (rows !== EVERY_ROW) filters.set(name, rows);
  }
  return filters;
}
