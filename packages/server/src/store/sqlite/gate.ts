import { Fault } from "../../kit/index.ts";
import type { Filter } from "../../model/filter.ts";
import type { Value } from "../../model/value.ts";
import type { Order } from "../contract.ts";
import type { Catalog, TableEntry } from "./catalog.ts";
import type { Connection } from "./driver.ts";
import { missingIndexes } from "./missing-index.ts";

const PLANS_MAX = 1_024;

/** What is about to run. */
export interface Candidate {
  readonly sql: string;
  /** Tells the statement from all others, and is shorter: plans and statements are found by it on each read. */
  readonly key: string;
  /** The same answer, asked so that the engine sorts instead of walking an index in the order that is wanted. */
  readonly sortedSql: string | undefined;
  readonly values: readonly Value[];
  /** Rows that an ordered walk without a condition looks at; `undefined` where all rows may have to be looked at. */
  readonly walkedRows: number | undefined;
  readonly scope: { readonly table: string; readonly where: Filter; readonly order: readonly Order[] };
}

export interface Gate {
  /** How the engine would go about it; asked once for each key. */
  planOf(candidate: Candidate): Plan;
  /** Fault `data.unindexed` where it would look at more rows than it may, as many as there are now. */
  check(plan: Plan, candidate: Candidate): void;
  /** Both. */
  pass(candidate: Candidate): void;
}

/** What the engine means to do with a statement: which tables it reads from end to end. */
export interface Plan {
  /** What to run. */
  readonly sql: string;
  readonly scans: readonly TableEntry[];
  /** It sorts what it has read: a limit then shortens the answer, and not the way to it. */
  readonly sorts: boolean;
}

/** Plans by shape, for all readers of one schema. */
export type Plans = Map<string, Plan>;

/**
 * The cost gate, by plan shape: the engine is asked once for each shape how it would go about it, and a table that it would read
 * from end to end must not have more than `scanRowsMax` rows. A running statement cannot be stopped, so the no comes first.
 */
export function createGate(connection: Connection, catalog: Catalog, plans: Plans, scanRowsMax: number): Gate {
  const rowCount = connection.prepare("SELECT row_count FROM hf_table WHERE id = ?").pluck();

  function planOf(candidate: Candidate): Plan {
    const known = plans.get(candidate.key);
    if (known !== undefined) return known;
    const plan = choose(connection, catalog, candidate);
    if (plans.size >= PLANS_MAX) plans.clear();
    plans.set(candidate.key, plan);
    return plan;
  }

  function check(plan: Plan, candidate: Candidate): void {
    for (const table of plan.scans) {
      const isShortWalk = table.name === candidate.scope.table && candidate.walkedRows !== undefined && candidate.walkedRows <= scanRowsMax;
      if (!isShortWalk && Number(rowCount.get(table.id)) > scanRowsMax) throw refusal(table, candidate, scanRowsMax);
    }
  }

  return { planOf, check, pass: (candidate) => check(planOf(candidate), candidate) };
}

/** An ordered walk through everything is not taken where sorting what an index finds would do. */
function choose(connection: Connection, catalog: Catalog, { sql, sortedSql, values }: Candidate): Plan {
  const plan = explain(connection, catalog, sql, values);
  if (plan.scans.length === 0 || sortedSql === undefined) return plan;
  const sorted = explain(connection, catalog, sortedSql, values);
  return sorted.scans.length < plan.scans.length ? sorted : plan;
}

function explain(connection: Connection, catalog: Catalog, sql: string, values: readonly Value[]): Plan {
  const steps = connection
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .raw()
    .all(...values);
  const details = steps.map((step) => String(step[3]));
  const scans = details.flatMap((detail) => {
    const table = catalog.bySql.get(/^SCAN (t\d+)\b/.exec(detail)?.[1] ?? "");
    return table === undefined ? [] : [table];
  });
  return { sql, scans, sorts: details.some((detail) => detail.endsWith("TEMP B-TREE FOR ORDER BY")) };
}

/** Says what to add, and not how many rows there are: who asks may not be allowed to know. */
function refusal(table: TableEntry, { scope }: Candidate, scanRowsMax: number): Fault {
  const indexes = missingIndexes(table, scope);
  const words = indexes?.map((columns) => `[${columns.map((column) => JSON.stringify(column)).join(", ")}]`).join(", ");
  const advice =
    words === undefined
      ? "No index can serve this question: narrow it by a field that has one, or ask for fewer rows without a condition."
      : `Add to ${table.name} in the plan: indexes: [${words}].`;
  return new Fault("data.unindexed", `This would look at more than ${scanRowsMax} rows of ${table.name} without an index. ${advice}`, {
    detail: { table: table.name, indexes: indexes ?? [] },
  });
}
