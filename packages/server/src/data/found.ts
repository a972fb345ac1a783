import { Fault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { Step, View } from "../store/contract.ts";
import { type Asked, type DataRoom, requireGrant, tenantOf } from "./asked.ts";
import { type OldRow, oldRow, oldRowColumns } from "./changes.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import { compileCondition } from "./conditions.ts";
import type { Condition } from "./contract.ts";
import { memberLeaves } from "./members.ts";
import { noteMissedLookups } from "./page.ts";
import { type Allowed, visibilityOf } from "./visibility.ts";

/** Ids that one step expects. */
const IDS_PER_STEP_MAX = 200;

export interface Found {
  readonly grant: Allowed;
  readonly rows: readonly OldRow[];
  /** Repeats what the rules said of relations when the rows were found; their own values are held by their versions. */
  readonly expectations: readonly Step[];
}

/**
 * The rows that a write is about: those that pass the condition, the rule of the action and the read rule. Without the last, a
 * condition could feel out rows that its caller may not read.
 */
export async function findRows(
  room: DataRoom,
  plan: CollectionPlan,
  asked: Asked,
  view: View,
  action: "update" | "delete",
  request: { readonly where: Condition; readonly rowsMax: number | undefined },
): Promise<Found> {
  const grant = requireGrant(room, asked, action, plan);
  const read = requireGrant(room, asked, "read", plan);
  const visibility = visibilityOf(plan, read.read);
  const wanted = compileCondition({ plan, visibility, cipher: room.cipher, tenant: tenantOf(plan, asked.actor) }, request.where);
  const rule: Filter = { op: "all", of: [grant.old, read.old] };
  const limit = room.limits.rowsPerWriteMax;
  const where: Filter = { op: "all", of: [rule, wanted.filter] };
  const found = await view.read({ table: plan.name, columns: oldRowColumns(plan), where, limit: limit + 1 });
  if (found.length === 0 && wanted.lookups.length > 0) noteMissedLookups(room, asked, plan.name, wanted);
  refuseTooMany(found.length, limit, request.rowsMax);
  const rows = found.map((row) => oldRow(plan, row));
  return { grant, rows, expectations: expectRule(plan, where, rows) };
}

function refuseTooMany(rows: number, limit: number, rowsMax: number | undefined): void {
  if (rowsMax !== undefined && rows > rowsMax) {
    throw new Fault("data.invalid", "More rows pass the conditions than the request allows to be written.", {
      detail: { because: "max-affected", rows },
    });
  }
  if (rows > limit) {
    throw new Fault("request.too_large", `More than ${limit} rows pass the conditions; one write takes at most ${limit}.`, {
      detail: { rowsMax: limit },
    });
  }
}

export function expectRule(plan: CollectionPlan, rule: Filter, rows: readonly OldRow[]): readonly Step[] {
  if (memberLeaves(rule).length === 0) return [];
  const steps: Step[] = [];
  for (let from = 0; from < rows.length; from += IDS_PER_STEP_MAX) {
    const values: Value[] = rows.slice(from, from + IDS_PER_STEP_MAX).map(({ id }) => id);
    const where: Filter = { op: "all", of: [{ op: "in", sense: "is", column: "id", values }, rule] };
    steps.push({ do: "expect", table: plan.name, where, rows: values.length });
  }
  return steps;
}
