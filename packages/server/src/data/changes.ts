import { type Id, personal } from "../kit/index.ts";
import type { Value } from "../model/value.ts";
import { encodeCells, type Row, type RowValues, type Step } from "../store/index.ts";
import { type Asked, about, type DataRoom } from "./asked.ts";
import { bytesOrNull, type RowPlace, rowPlace } from "./cipher.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import { byName } from "./present.ts";

/** A row as it lies in the store, with the version that a write must find again. */
export interface OldRow {
  readonly id: Id;
  readonly version: number;
  /** By column: encrypted fields as bytes, blind indexes included. */
  readonly stored: RowValues;
}

/** One row that a write makes, changes or deletes. */
export type Change =
  | { readonly action: "create"; readonly id: Id; readonly after: RowValues }
  | { readonly action: "update"; readonly id: Id; readonly before: OldRow; readonly set: RowValues; readonly after: RowValues }
  | { readonly action: "delete"; readonly id: Id; readonly before: OldRow };

export const ROW_VERSION = "row_version";

/** What is read of a row that a write will change. */
export function oldRowColumns(plan: CollectionPlan): readonly string[] {
  return [...plan.columns, ROW_VERSION];
}

export function oldRow(plan: CollectionPlan, row: Row): OldRow {
  const stored = byName(plan.columns, row);
  return { id: bytesOrNull(stored["id"]) ?? new Uint8Array(0), version: Number(row[plan.columns.length]), stored };
}

/** The columns of a new row, encrypted for where it will lie. */
export function sealRow(room: DataRoom, plan: CollectionPlan, plain: RowValues): RowValues {
  const place = rowPlace(plan, plain);
  const columns: Record<string, Value> = Object.create(null);
  for (const field of plan.fields.values()) {
    const value = plain[field.name] ?? null;
    if (field.encrypted) Object.assign(columns, room.cipher.seal(plan, field, value, place));
    else columns[field.name] = value;
  }
  return columns;
}

/** The columns that change. A row that goes to another subject or tenant lies elsewhere: all its encrypted values are sealed anew. */
export function sealSet(room: DataRoom, plan: CollectionPlan, before: OldRow, set: RowValues): RowValues {
  const from = rowPlace(plan, before.stored);
  const to = rowPlace(plan, { ...before.stored, ...set });
  const moves = !isSamePlace(from, to);
  const columns: Record<string, Value> = Object.create(null);
  for (const field of plan.fields.values()) {
    const isSet = Object.hasOwn(set, field.name);
    if (!field.encrypted && isSet) columns[field.name] = set[field.name] ?? null;
    if (!field.encrypted || (!isSet && !moves)) continue;
    const value = isSet ? (set[field.name] ?? null) : room.cipher.open(plan, field, before.stored[field.name] ?? null, from);
    Object.assign(columns, room.cipher.seal(plan, field, value, to));
  }
  return columns;
}

function isSamePlace(a: RowPlace, b: RowPlace): boolean {
  return sameBytes(a.tenant, b.tenant) && sameBytes(a.subject, b.subject);
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0;
}

/** The step that writes the row and those that tell of it, in one commit. */
export function stepsOf(room: DataRoom, plan: CollectionPlan, asked: Asked, change: Change): readonly Step[] {
  const stored = change.action === "delete" ? change.before.stored : change.after;
  // The encoding of change records, so that a record can be held against the trail.
  const cells = encodeCells(
    plan.numbers,
    plan.columns.map((column) => stored[column] ?? null),
  );
  room.outbox.bytes += cells.length * (change.action === "update" ? 2 : 1);
  const { subject } = rowPlace(plan, stored);
  const event = {
    kind: "record.changed",
    ...about(room, asked),
    collection: plan.name,
    action: change.action,
    row: personal(change.id, subject),
    stored: personal(cells, subject),
  } as const;
  return [rowStep(plan, change), ...room.trail.entry(event)];
}

function rowStep(plan: CollectionPlan, change: Change): Step {
  const table = plan.name;
  if (change.action === "create") return { do: "insert", table, row: change.after };
  const { id, before } = change;
  if (change.action === "delete") return { do: "delete", table, key: [id], version: before.version };
  return { do: "update", table, key: [id], version: before.version, set: change.set };
}
