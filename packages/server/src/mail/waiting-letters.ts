import { type Clock, Fault, type Id } from "../kit/index.ts";
import type { Row, Store } from "../store/contract.ts";
import { LETTERS_WAITING_MAX } from "./outbox.ts";
import { OUTBOX } from "./tables.ts";

export const MICROS_PER_MS = 1_000;
export const ROWS_PER_READ = 32;

/** A letter as it lies in the outbox, still sealed; times in ms. */
export interface Waiting {
  readonly id: Id;
  readonly version: number;
  readonly subject: Id | null;
  readonly sealed: Uint8Array;
  readonly tries: number;
  readonly expiresAt: number;
}

const COLUMNS = ["id", "row_version", "subject", "sealed", "tries", "expires_at"] as const;

/** All of them, through the index. */
const BY_TIME = {
  where: { op: "compare", sense: "is", column: "due_at", by: "gte", value: 0 },
  order: [{ column: "due_at", direction: "asc", nulls: "last" }],
} as const;

/** The longest waiting first, and no more than one read gives. */
export async function lettersUpTo(column: "due_at" | "expires_at", store: Store, clock: Clock): Promise<readonly Waiting[]> {
  const where = { op: "compare", sense: "is", column, by: "lte", value: clock.now() * MICROS_PER_MS } as const;
  const order = [{ column, direction: "asc", nulls: "last" }] as const;
  const rows = await store.view((view) => view.read({ table: OUTBOX, columns: COLUMNS, where, order, limit: ROWS_PER_READ }));
  return rows.map(readRow);
}

/** Up to the bound and no further. */
export async function countWaiting(store: Store): Promise<number> {
  return (await store.view((view) => view.read({ table: OUTBOX, columns: ["due_at"], ...BY_TIME, limit: LETTERS_WAITING_MAX }))).length;
}

/** When the first of them is due; undefined where there is none. */
export async function firstDueAt(store: Store): Promise<number | undefined> {
  const [row] = await store.view((view) => view.read({ table: OUTBOX, columns: ["due_at"], ...BY_TIME, limit: 1 }));
  return row && numberOf(row[0]) / MICROS_PER_MS;
}

function readRow(row: Row): Waiting {
  const [id, version, subject, sealed, tries, expiresAt] = row;
  const isRow = id instanceof Uint8Array && sealed instanceof Uint8Array && (subject === null || subject instanceof Uint8Array);
  if (!isRow) throw new Fault("internal", "A row of the outbox does not have the shape that it was written with.");
  return { id, version: numberOf(version), subject, sealed, tries: numberOf(tries), expiresAt: numberOf(expiresAt) / MICROS_PER_MS };
}

function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  throw new Fault("internal", "A row of the outbox does not have the shape that it was written with.");
}
