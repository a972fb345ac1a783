import type { Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { EraseRule } from "../model/plan.ts";
import type { Value } from "../model/value.ts";
import type { DataRoom } from "./asked.ts";
import type { CollectionPlan, FieldPlan } from "./collection-plan.ts";

/** A ref, and what its row does when what it names is erased. */
export interface Place {
  readonly plan: CollectionPlan;
  readonly field: FieldPlan;
  readonly erase: EraseRule;
}

const ACCOUNTS = "accounts";

/** Every field that can name an account. */
export function accountPlaces(room: DataRoom): readonly Place[] {
  return placesOf(room, ACCOUNTS);
}

/** Every field that can name a row of this collection, or an account. */
export function placesOf({ plans }: DataRoom, target: string): readonly Place[] {
  return [...plans.values()].flatMap((plan) =>
    plan.refs.filter(({ field }) => field.ref === target).map((field) => ({ plan, field, erase: field.field.erase })),
  );
}

export function names(field: FieldPlan, id: Id): Filter {
  return { op: "compare", sense: "is", column: field.name, by: "eq", value: id };
}

export function isAnyOf(column: string, values: readonly Value[]): Filter {
  return { op: "in", sense: "is", column, values };
}
