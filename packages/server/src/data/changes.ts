import { type Id, joinLengthPrefixed, personal } from "../kit/index.ts";
import type { Value } from "../model/value.ts";
import type { Row, RowValues, Step } from "../store/contract.ts";
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
  const cells = storedCells(plan, stored);
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

/** What the trail commits to: each column's stable number, the type of its value and its bytes, as they lie in the store. */
export function storedCells(plan: CollectionPlan, stored: RowValues): Uint8Array {
  return joinLengthPrefixed(plan.columns.flatMap((column, at) => [String(plan.numbers[at] ?? 0), ...cell(stored[column] ?? null)]));
}

function cell(value: Value): readonly (Uint8Array | string)[] {
  if (value === null) return ["null", ""];
  if (typeof value === "string") return ["text", value];
  return typeof value === "number" ? ["number", String(value)] : ["bytes", value];
}
