import { Fault } from "../../kit/index.ts";
import type { Value } from "../../model/value.ts";
import type { Catalog, TableEntry } from "./catalog.ts";
import type { Connection } from "./driver.ts";
import type { CompiledQuery } from "./query.ts";

const PLANS_MAX = 1_024;

export interface Gate {
  /** The SQL to run. Fault `data.unindexed` where it would look at more rows than it may. */
  pass(query: CompiledQuery): string;
}

/** What the engine means to do with a statement: which tables it reads from end to end. */
interface Plan {
  readonly sql: string;
  readonly scans: readonly TableEntry[];
}

/**
 * The cost gate, by plan shape: the engine is asked once for each shape how it would go about it, and a table that it would read
 * from end to end must not have more than `scanRowsMax` rows. A running statement cannot be stopped, so the no comes first.
 */
export function createGate(connection: Connection, catalog: Catalog, scanRowsMax: number): Gate {
  const plans = new Map<string, Plan>();
  const rowCount = connection.prepare("SELECT row_count FROM hf_table WHERE id = ?").pluck();

  function planOf(query: CompiledQuery): Plan {
    const known = plans.get(query.sql);
    if (known !== undefined) return known;
    const plan = choose(connection, catalog, query);
    if (plans.size >= PLANS_MAX) plans.clear();
    plans.set(query.sql, plan);
    return plan;
  }

  return {
    pass(query) {
      const plan = planOf(query);
      for (const table of plan.scans) {
        if (table === query.table && query.walkedRows !== undefined && query.walkedRows <= scanRowsMax) continue;
        const rows = Number(rowCount.get(table.id));
        if (rows > scanRowsMax) throw refusal(table, query, rows, scanRowsMax);
      }
      return plan.sql;
    },
  };
}

/** An ordered walk through everything is not taken where sorting what an index finds would do. */
function choose(connection: Connection, catalog: Catalog, { sql, sortedSql, values }: CompiledQuery): Plan {
  const scans = scansOf(connection, catalog, sql, values);
  if (scans.length === 0 || sortedSql === undefined) return { sql, scans };
  const sorted = scansOf(connection, catalog, sortedSql, values);
  return sorted.length < scans.length ? { sql: sortedSql, scans: sorted } : { sql, scans };
}

function scansOf(connection: Connection, catalog: Catalog, sql: string, values: readonly Value[]): readonly TableEntry[] {
  const steps = connection
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .raw()
    .all(...values);
  return steps.flatMap((step) => {
    const name = Array.isArray(step) ? /^SCAN (t\d+)\b/.exec(String(step[3]))?.[1] : undefined;
    const table = name === undefined ? undefined : catalog.bySql.get(name);
    return table === undefined ? [] : [table];
  });
}

function refusal(table: TableEntry, _query: CompiledQuery, rows: number, scanRowsMax: number): Fault {
  return new Fault(
    "data.unindexed",
    `This would look at all ${rows} rows of ${table.name}; without an index at most ${scanRowsMax} are looked at.`,
    { detail: { table: table.name } },
  );
}
