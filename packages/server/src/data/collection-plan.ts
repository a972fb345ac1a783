import { Fault } from "../kit/index.ts";
import { FIELD_KINDS, type Kind } from "../model/index.ts";
import type { Collection, Field, Plan } from "../model/plan.ts";
import type { MigrationReport } from "../store/contract.ts";
import { lookupColumn, TENANT_FIELD } from "./tables.ts";

/** What is worked out once for a field. */
export interface FieldPlan {
  readonly field: Field;
  readonly name: string;
  readonly kind: Kind;
  /** The stable number of its column. */
  readonly column: number;
  readonly encrypted: boolean;
  /** One blind index for each live index key; empty without lookup. */
  readonly lookups: readonly { readonly keyId: number; readonly column: string }[];
}

/** What is worked out once for a collection. */
export interface CollectionPlan {
  readonly collection: Collection;
  readonly name: string;
  /** The stable number of its table. */
  readonly table: number;
  readonly fields: ReadonlyMap<string, FieldPlan>;
  readonly encryptedFields: readonly FieldPlan[];
  readonly refs: readonly FieldPlan[];
  /** Every stored column, blind indexes included, in one order; `numbers` are theirs. */
  readonly columns: readonly string[];
  readonly numbers: readonly number[];
  /** The fields that are part of where an encrypted value lies. */
  readonly placeFields: readonly string[];
}

export type CollectionPlans = ReadonlyMap<string, CollectionPlan>;

export function planCollections(plan: Plan, report: MigrationReport, indexKeyIds: readonly number[]): CollectionPlans {
  return new Map(plan.collections.map((collection) => [collection.name, planCollection(collection, report, indexKeyIds)]));
}

export function requireCollection(plans: CollectionPlans, name: string): CollectionPlan {
  const plan = plans.get(name);
  if (plan === undefined) throw new Fault("data.missing", "There is no collection with this name.", { detail: { because: "collection" } });
  return plan;
}

function planCollection(collection: Collection, report: MigrationReport, indexKeyIds: readonly number[]): CollectionPlan {
  const fields = collection.fields.map((field): FieldPlan => {
    const lookups = field.secrecy === "lookup" ? indexKeyIds.map((keyId) => ({ keyId, column: lookupColumn(field.name, keyId) })) : [];
    const column = report.columnId(collection.name, field.name);
    return { field, name: field.name, kind: FIELD_KINDS[field.kind], column, encrypted: field.secrecy !== "plain", lookups };
  });
  const columns = fields.flatMap(({ name, lookups }) => [name, ...lookups.map((lookup) => lookup.column)]);
  return {
    collection,
    name: collection.name,
    table: report.tableId(collection.name),
    fields: new Map(fields.map((field) => [field.name, field])),
    encryptedFields: fields.filter((field) => field.encrypted),
    refs: fields.filter(({ field }) => field.ref !== undefined),
    columns,
    numbers: columns.map((column) => report.columnId(collection.name, column)),
    placeFields: ["id", ...(collection.tenant ? [TENANT_FIELD] : []), ...(collection.subject === undefined ? [] : [collection.subject])],
  };
}
