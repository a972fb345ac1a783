import type { Id } from "../kit/index.ts";
import type { Value } from "../model/value.ts";
import type { RowValues } from "../store/contract.ts";
import type { Place, Vault } from "../vault/contract.ts";
import type { CollectionPlan, FieldPlan } from "./collection-plan.ts";
import { TENANT_FIELD } from "./tables.ts";

/** What of a row is part of where its encrypted values lie. */
export interface RowPlace {
  readonly row: Uint8Array;
  readonly tenant: Id | null;
  readonly subject: Id | null;
}

/** Turns the values of a row into what the store may see, and back. */
export interface Cipher {
  /** The columns for one field of one row: the encrypted value and its blind indexes. */
  seal(plan: CollectionPlan, field: FieldPlan, value: Value, place: RowPlace): RowValues;
  /** Fault `vault.refused` where the bytes do not belong to this place. */
  open(plan: CollectionPlan, field: FieldPlan, stored: Value, place: RowPlace): Value;
  /** What a lookup column holds for a value. */
  index(plan: CollectionPlan, field: FieldPlan, keyId: number, value: Exclude<Value, null>, tenant: Id | null): Uint8Array;
}

export function createCipher(vault: Pick<Vault, "encrypt" | "decrypt" | "blindIndex">): Cipher {
  const placeOf = (plan: CollectionPlan, field: FieldPlan, { row, tenant, subject }: RowPlace): Place => ({
    table: plan.table,
    column: field.column,
    tenant,
    row,
    subject,
    type: field.field.kind,
  });
  const index: Cipher["index"] = (plan, field, keyId, value, tenant) =>
    vault.blindIndex(keyId, normalise(field, value), { table: plan.table, column: field.column, tenant });
  return {
    seal(plan, field, value, place) {
      const columns: Record<string, Value> = {};
      columns[field.name] = value === null ? null : vault.encrypt(field.kind.encode(value), placeOf(plan, field, place));
      for (const { keyId, column } of field.lookups)
        columns[column] = value === null ? null : index(plan, field, keyId, value, place.tenant);
      return columns;
    },
    open(plan, field, stored, place) {
      if (stored === null) return null;
      // Only bytes can have come from `seal`; anything else goes to the vault as nothing, and is refused there.
      const bytes = stored instanceof Uint8Array ? stored : new Uint8Array(0);
      return field.kind.decode(vault.decrypt(bytes, placeOf(plan, field, place)));
    },
    index,
  };
}

/** Two spellings of one text find each other: NFC, version 1 of the normaliser. */
function normalise(field: FieldPlan, value: Exclude<Value, null>): string {
  const encoded = field.kind.encode(value);
  return typeof encoded === "string" ? encoded.normalize("NFC") : Buffer.from(encoded).toString("hex");
}

/** Where a row lies, from its values by field name. */
export function rowPlace(plan: CollectionPlan, row: RowValues): RowPlace {
  const subject = plan.collection.subject;
  return {
    row: bytesOrNull(row["id"]) ?? new Uint8Array(0),
    tenant: plan.collection.tenant ? bytesOrNull(row[TENANT_FIELD]) : null,
    subject: subject === undefined ? null : bytesOrNull(row[subject]),
  };
}

export function bytesOrNull(value: Value | undefined): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}
