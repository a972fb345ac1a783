import type { Value } from "../../model/value.ts";
import { encodeCells } from "../change.ts";
import type { Change } from "./step.ts";
import { EngineError, type Outbox } from "./work.ts";

type StoredRow = readonly Value[];

interface ChangeNeeds {
  readonly read: (sql: string, values: readonly Value[]) => readonly StoredRow[];
  readonly append: (table: number, sql: string, values: readonly Value[]) => void;
  readonly outbox: Outbox | undefined;
}

export interface ChangeWriter {
  /** The rows as they are, in the order of `change.columns`. */
  read(change: Change): readonly StoredRow[];
  inserted(table: number, change: Change): void;
  updated(table: number, change: Change, before: readonly StoredRow[]): void;
  removed(table: number, change: Change, before: readonly StoredRow[]): void;
}

/** Leaves a record of each changed row in the outbox, in the commit that changes it. */
export function createChangeWriter({ read, append, outbox }: ChangeNeeds): ChangeWriter {
  function record(table: number, change: Change, before: StoredRow | undefined, after: StoredRow | undefined): void {
    if (outbox === undefined) throw new EngineError(new Error("There is no outbox for change records."));
    const row = after ?? before ?? [];
    const key = encodeCells(
      change.key.map((place) => change.columns[place] ?? 0),
      change.key.map((place) => row[place] ?? null),
    );
    const encoded = (stored: StoredRow | undefined): Uint8Array | null =>
      stored === undefined ? null : encodeCells(change.columns, stored);
    append(outbox.table, outbox.sql, [table, key, subjectOf(change, row), encoded(before), encoded(after)]);
  }

  return {
    read: (change) => read(change.readSql, change.readValues),
    inserted(table, change) {
      record(table, change, undefined, [...change.set, 1]);
    },
    removed(table, change, rows) {
      for (const row of rows) record(table, change, row, undefined);
    },
    updated(table, change, rows) {
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
