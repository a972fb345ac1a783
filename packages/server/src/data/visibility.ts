import type { Grant } from "../access/contract.ts";
import { Fault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { CollectionPlan, FieldPlan } from "./collection-plan.ts";

/** Characters of a wrong name that are shown. */
const NAME_SHOWN_MAX = 63;

export type Allowed = Grant & { allow: true };

/** Which fields of a collection a caller may read at all, and which only in some rows. */
export interface Visibility {
  /** Fault `data.unknown_field` for a field that is not there or may never be read: the two look alike. */
  field(name: string): FieldPlan;
  /** In the order of the plan. */
  readonly fields: readonly FieldPlan[];
  /** The filter that a row must pass besides, where the field is not open in every row. */
  onlyWhere(field: FieldPlan): Filter | undefined;
  /** Equal for callers who see the same fields under conditions of the same kind, so that columns can be planned once. */
  readonly signature: string;
}

export function isNever(filter: Filter): boolean {
  return filter.op === "any" && filter.of.length === 0;
}

/** Where no field has a rule, everybody sees the same. */
const open = new WeakMap<CollectionPlan, Visibility>();
const UNRULED: ReadonlyMap<string, Filter> = new Map();

/** What `read` (or `write`) of a grant leaves open. */
export function visibilityOf(plan: CollectionPlan, rules: ReadonlyMap<string, Filter>): Visibility {
  if (rules.size > 0) return visibilityUnder(plan, rules);
  const known = open.get(plan);
  if (known !== undefined) return known;
  const visibility = visibilityUnder(plan, UNRULED);
  open.set(plan, visibility);
  return visibility;
}

function visibilityUnder(plan: CollectionPlan, rules: ReadonlyMap<string, Filter>): Visibility {
  const isHidden = (name: string): boolean => {
    const filter = rules.get(name);
    return filter !== undefined && isNever(filter);
  };
  const field = (name: string): FieldPlan => {
    const found = plan.fields.get(name);
    if (found === undefined || isHidden(name)) throw unknownField(plan, name);
    return found;
  };
  const onlyWhere = ({ name }: FieldPlan): Filter | undefined => rules.get(name);
  const all = [...plan.fields.values()];
  const signature = [...rules]
    .map(([name, filter]) => `${isNever(filter) ? "-" : "?"}${name}`)
    .sort()
    .join(",");
  return { field, onlyWhere, fields: all.filter(({ name }) => !isHidden(name)), signature };
}

export function refusedQuestion(field: FieldPlan, why: string): Fault {
  return new Fault("data.invalid", `The field ${field.name} does not answer this: ${why}.`, { detail: { because: "question" } });
}

/** The name is what the caller wrote, so it tells nothing; it is cut so that an answer stays small. */
export function unknownField(plan: CollectionPlan, name: string, because: "question" | "input" = "question"): Fault {
  const field = name.slice(0, NAME_SHOWN_MAX);
  return new Fault("data.unknown_field", `The collection ${plan.name} has no field "${field}".`, { detail: { field, because } });
}
