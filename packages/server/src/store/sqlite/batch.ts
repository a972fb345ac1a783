import type { Value } from "../../model/value.ts";
import type { Receipt } from "../contract.ts";
import { type ChangeWriter, createChangeWriter } from "./change-writer.ts";
import { codeOf } from "./driver.ts";
import type { Statements } from "./statements.ts";
import type { Operation } from "./step.ts";
import { EngineError, faultOf, type GroupState, isEngineTrouble, type Outcome, type Work } from "./work.ts";

/** One batch inside the group's transaction: all of it, or its `otherwise`. Throws only {@link EngineError}. */
export function runBatch(statements: Statements, state: GroupState, work: Work): Outcome {
  try {
    const refused = runSteps(statements, state, work.operations);
    if (!("refusal" in refused)) return { receipt: { committed: true, ...refused } };
    if (work.otherwise.length > 0) {
      const again = runSteps(statements, state, work.otherwise);
      // What tells of a refusal must not be lost in silence.
      if ("refusal" in again)
        return { fault: { code: "internal", message: "A write was refused, and what tells of the refusal could not be written." } };
    }
    return { receipt: refused.refusal };
  } catch (error) {
    if (error instanceof EngineError || isEngineTrouble(error) || !statements.inTransaction()) throw new EngineError(error);
    return faultOf(error);
  }
}

type Refusal = Receipt & { readonly committed: false };
type Done = { readonly position: number; readonly cleared: readonly number[] };

function runSteps(statements: Statements, state: GroupState, operations: readonly Operation[]): Done | { readonly refusal: Refusal } {
  statements.of("SAVEPOINT b").run();
  const run: Run = { statements, position: state.position + 1, n: 0, counts: [], cleared: [] };
  const changes = createChangeWriter({
    read: (sql, values) => statements.rows(sql).all(...values),
    append: (table, sql, values) => appendRow(run, table, sql, values),
    outbox: state.outbox,
  });
  try {
    for (const [step, operation] of operations.entries()) {
      const refusal = runOne(run, changes, operation);
      if (refusal === undefined) continue;
      rollBack(statements);
      return { refusal: { committed: false, step, ...refusal } };
    }
  } catch (error) {
    if (statements.inTransaction()) rollBack(statements);
    throw error;
  }
  statements.of("RELEASE b").run();
  state.position = run.position;
  for (const [table, difference] of run.counts) state.counts.set(table, (state.counts.get(table) ?? 0) + difference);
  return { position: run.position, cleared: run.cleared };
}

function rollBack(statements: Statements): void {
  statements.of("ROLLBACK TO b").run();
  statements.of("RELEASE b").run();
}

/** What one savepoint has done so far. */
interface Run {
  readonly statements: Statements;
  readonly position: number;
  n: number;
  readonly counts: [table: number, difference: number][];
  readonly cleared: number[];
}

type Because = Pick<Refusal, "because" | "columns">;

const STALE: Because = { because: "stale", columns: [] };
const UNEXPECTED: Because = { because: "expectation", columns: [] };

function runOne(run: Run, changes: ChangeWriter, operation: Operation): Because | undefined {
  try {
    return OPERATIONS[operation.do](run, changes, operation);
  } catch (error) {
    return refusalOf(error);
  }
}

const OPERATIONS: Readonly<Record<Operation["do"], (run: Run, changes: ChangeWriter, operation: Operation) => Because | undefined>> = {
  insert(run, changes, { table, sql, values, change }) {
    run.statements.of(sql).run(...values);
    run.counts.push([table, 1]);
    if (change !== undefined) changes.inserted(table, change);
    return undefined;
  },
  update(run, changes, { table, sql, values, change }) {
    const before = change === undefined ? [] : changes.read(change);
    if (run.statements.of(sql).run(...values).changes !== 1) return STALE;
    if (change !== undefined) changes.updated(table, change, before);
    return undefined;
  },
  delete(run, changes, { table, sql, values, change }) {
    const before = change === undefined ? [] : changes.read(change);
    if (run.statements.of(sql).run(...values).changes !== 1) return STALE;
    run.counts.push([table, -1]);
    if (change !== undefined) changes.removed(table, change, before);
    return undefined;
  },
  clear(run, changes, { table, sql, values, change }) {
    const before = change === undefined ? [] : changes.read(change);
    const cleared = run.statements.of(sql).run(...values).changes;
    run.counts.push([table, -cleared]);
    run.cleared.push(cleared);
    if (change !== undefined) changes.removed(table, change, before);
    return undefined;
  },
  expect(run, _changes, { sql, values, rows }) {
    return run.statements.number(sql).get(...values) === rows ? undefined : UNEXPECTED;
  },
  append(run, _changes, { table, sql, values }) {
    appendRow(run, table, sql, values);
    return undefined;
  },
};

function appendRow(run: Run, table: number, sql: string, values: readonly Value[]): void {
  run.statements.of(sql).run(run.position, run.n, ...values);
  run.n += 1;
  run.counts.push([table, 1]);
}

/** The refusals that a caller expects; everything else goes on as the error it is. */
function refusalOf(error: unknown): Because {
  const code = codeOf(error);
  if (code === "SQLITE_CONSTRAINT_PRIMARYKEY") return { because: "taken", columns: [] };
  if (code === "SQLITE_CONSTRAINT_FOREIGNKEY") return { because: "reference", columns: [] };
  if (code === "SQLITE_CONSTRAINT_UNIQUE" && error instanceof Error) return { because: "taken", columns: columnsIn(error.message) };
  throw error;
}

/** "UNIQUE constraint failed: t3.c1, t3.c4" → its SQL names, which the store turns back into logical ones. */
function columnsIn(message: string): readonly string[] {
  return [...message.matchAll(/\b(t\d+\.c\d+)\b/g)].map((match) => match[1] ?? "");
}
