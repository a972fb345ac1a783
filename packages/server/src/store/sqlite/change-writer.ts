import type { Value } from "../../model/value.ts";
import { encodeCells } from "../change.ts";
import { appendRow, type Run } from "./batch.ts";
import type { Change } from "./step.ts";
import { EngineError, type Outbox } from "./work.ts";

type StoredRow = readonly Value[];

/** Leaves a record of each changed row in the outbox, in the commit that changes it. */
export function createChangeWriter(run: Run, outbox: Outbox | undefined) {
  function record(table: number, change: Change, before: StoredRow | undefined, after: StoredRow | undefined): void {
    if (outbox === undefined) throw new EngineError(new Error("There is no outbox for change records."));
    const row = after ?? before ?? [];
    const key = encodeCells(
      change.key.map((place) => change.columns[place] ?? 0),
      change.key.map((place) => row[place] ?? null),
    );
    const encoded = (stored: StoredRow | undefined): Uint8Array | null =>
      stored === undefined ? null : encodeCells(change.columns, stored);
    appendRow(run, outbox.table, outbox.sql, [table, key, subjectOf(change, row), encoded(before), encoded(after)]);
  }

  return {
    /** The rows as they are, in the order of `change.columns`. */
    read: (change: Change): readonly StoredRow[] =>
      run.statements
        .rows(change.readSql)
        .all(...change.readValues)
        .filter(isStoredRow),
    inserted(table: number, change: Change): void {
      record(table, change, undefined, [...change.set, 1]);
    },
    removed(table: number, change: Change, rows: readonly StoredRow[]): void {
      for (const row of rows) record(table, change, row, undefined);
    },
    updated(table: number, change: Change, rows: readonly StoredRow[]): void {
      for (const before of rows) {
        const after = changed(change, before);
        if (sameSubject(subjectOf(change, before), subjectOf(change, after))) {
          record(table, change, before, after);
        } else {
          record(table, change, before, undefined);
          record(table, change, undefined, after);
        }
      }
    },
  };
}

function changed(change: Change, before: StoredRow): StoredRow {
  const after = [...before];
  for (let at = 0; at < change.set.length; at += 2) after[Number(change.set[at])] = change.set[at + 1] ?? null;
  const version = before.length - 1;
  after[version] = Number(before[version]) + 1;
  return after;
}

function subjectOf(change: Change, row: StoredRow): Value {
  return change.subject === undefined ? null : (row[change.subject] ?? null);
}

function sameSubject(a: Value, b: Value): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
}

function isStoredRow(row: unknown): row is StoredRow {
  return Array.isArray(row);
}
