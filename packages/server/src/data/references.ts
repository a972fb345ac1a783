import { Fault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import { type Asked, type DataRoom, tenantOf } from "./asked.ts";
import type { CollectionPlan, FieldPlan } from "./collection-plan.ts";
import { valueKey } from "./members.ts";
import { ACCOUNTS } from "./tables.ts";

/** Ids that one query asks for. */
const IDS_PER_QUERY_MAX = 200;

/**
 * Each named row must be there and be one that the caller may read: a row that may not be read looks like a missing one.
 * The steps repeat this in the commit. Accounts are checked by the store alone, since their ids are not secret; only where rows
 * have a tenant must an account be of the same one, and one that is of another looks like a missing one.
 */
export async function checkReferences(
  room: DataRoom,
  plan: CollectionPlan,
  asked: Asked,
  view: View,
  rows: readonly RowValues[],
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const field of plan.refs) {
    if (field.field.ref === ACCOUNTS) await checkAccounts(room, plan, field, asked, view, rows);
    const target = room.plans.get(field.field.ref ?? "");
    if (target === undefined) continue;
    // A row may name another that is made by the same write, and lies before it.
    const own = target === plan ? new Set(rows.map((row) => valueKey(row["id"] ?? null))) : new Set<string>();
    const ids = distinctValues(rows, field, own);
    if (ids.length > 0) steps.push(...(await checkTargets(room, target, field, asked, view, ids)));
  }
  return steps;
}

/** Not repeated in the commit: an account that goes to another tenant leaves behind what named it before, also a moment before. */
async function checkAccounts(
  room: DataRoom,
  plan: CollectionPlan,
  field: FieldPlan,
  asked: Asked,
  view: View,
  rows: readonly RowValues[],
): Promise<void> {
  if (!plan.collection.tenant) return;
  const accounts = distinctValues(rows, field, new Set()).filter((value) => value instanceof Uint8Array);
  if (accounts.length === 0) return;
  const tenant = tenantOf(plan, asked.actor);
  if (tenant === null || !(await room.areInTenant(view, accounts, tenant))) throw missingReference(field.name);
}

async function checkTargets(
  room: DataRoom,
  target: CollectionPlan,
  field: FieldPlan,
  asked: Asked,
  view: View,
  ids: readonly Value[],
): Promise<readonly Step[]> {
  const grant = room.grant(asked.actor, "read", target.collection, room.clock.now());
  if (!grant.allow) throw missingReference(field.name);
  const steps: Step[] = [];
  for (let from = 0; from < ids.length; from += IDS_PER_QUERY_MAX) {
    const some = ids.slice(from, from + IDS_PER_QUERY_MAX);
    const where: Filter = { op: "all", of: [{ op: "in", sense: "is", column: "id", values: some }, grant.old] };
    const found = await view.read({ table: target.name, columns: ["id"], where });
    if (found.length < some.length) throw missingReference(field.name);
    steps.push({ do: "expect", table: target.name, where, rows: some.length });
  }
  return steps;
}

function distinctValues(rows: readonly RowValues[], field: FieldPlan, own: ReadonlySet<string>): readonly Value[] {
  const values = new Map<string, Value>();
  for (const row of rows) {
    const value = row[field.name] ?? null;
    const key = valueKey(value);
    if (value !== null && !own.has(key)) values.set(key, value);
  }
  return [...values.values()];
}

export function missingReference(field: string | undefined): Fault {
  const message =
    field === undefined
      ? "A row that is named, or that still names this one, stands in the way."
      : `The row that ${field} names is not there.`;
  return new Fault("data.conflict", message, { detail: { because: "reference" } });
}
