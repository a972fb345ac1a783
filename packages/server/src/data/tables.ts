import { FIELD_KINDS } from "../model/index.ts";
import type { Collection, Field, Plan } from "../model/plan.ts";
import type { Column, Index, Table } from "../model/schema.ts";

/** The table of accounts, as identity names it: what `ref(accounts)` points at. */
const ACCOUNTS_TABLE = "identity.accounts";
export const ACCOUNTS = "accounts";

export const IDEMPOTENCY_TABLE = "data.idempotency";
/** What is compared when an insert comes again. */
export const IDEMPOTENCY_COLUMNS = ["mac_key", "mac", "expires"] as const;

/** The column that holds the blind index of a field under one index key. `~` is in no name that a plan can give. */
export function lookupColumn(field: string, indexKeyId: number): string {
  return `${field}~${indexKeyId}`;
}

/** The field that holds the tenant, where the collection has one. */
export const TENANT_FIELD = "tenant";

/** One table for each collection, and what recognises an insert that comes again. */
export function dataTables(plan: Plan, indexKeyIds: readonly number[]): readonly Table[] {
  return [...plan.collections.map((collection) => collectionTable(collection, indexKeyIds)), idempotencyTable];
}

const idempotencyTable: Table = {
  name: IDEMPOTENCY_TABLE,
  kind: "rows",
  key: ["actor", "collection", "row"],
  columns: [
    { name: "actor", type: "blob", nullable: false },
    { name: "collection", type: "integer", nullable: false },
    { name: "row", type: "blob", nullable: false },
    { name: "mac_key", type: "integer", nullable: false },
    { name: "mac", type: "blob", nullable: false },
    { name: "expires", type: "integer", nullable: false },
  ],
  indexes: [{ columns: ["expires"], unique: false }],
  changes: false,
};

function collectionTable(collection: Collection, indexKeyIds: readonly number[]): Table {
  const isLookup = (name: string): boolean => collection.fields.some((field) => field.name === name && field.secrecy === "lookup");
  const table: Table = {
    name: collection.name,
    kind: "rows",
    key: ["id"],
    columns: collection.fields.flatMap((field) => columnsOf(field, indexKeyIds)),
    indexes: [
      ...collection.indexes.flatMap((columns) => indexesOver(columns, false, isLookup, indexKeyIds)),
      ...collection.uniques.flatMap((unique) => indexesOver(unique.fields, true, isLookup, indexKeyIds)),
      ...collection.fields.filter((field) => field.secrecy === "lookup").flatMap((field) => lookupIndexes(field, collection, indexKeyIds)),
    ],
    changes: true,
    ...(collection.was === undefined ? {} : { was: collection.was }),
    ...(collection.subject === undefined ? {} : { subject: collection.subject }),
  };
  return table;
}

function columnsOf(field: Field, indexKeyIds: readonly number[]): readonly Column[] {
  const isEncrypted = field.secrecy !== "plain";
  const own: Column = {
    name: field.name,
    type: isEncrypted ? "blob" : FIELD_KINDS[field.kind].column,
    nullable: !field.required && field.name !== "id",
    ...(field.was === undefined ? {} : { was: field.was }),
    // An encrypted default cannot be filled in by the store: it knows no keys.
    ...(field.default === undefined || field.default === null || isEncrypted ? {} : { fill: field.default }),
    ...(field.ref === undefined ? {} : { references: field.ref === ACCOUNTS ? ACCOUNTS_TABLE : field.ref }),
  };
  if (field.secrecy !== "lookup") return [own];
  const lookups = indexKeyIds.map((keyId): Column => {
    const was = field.was === undefined ? {} : { was: lookupColumn(field.was, keyId) };
    return { name: lookupColumn(field.name, keyId), type: "blob", nullable: true, ...was };
  });
  return [own, ...lookups];
}

/** An index over fields; over fields with a lookup, one for each live index key, so that uniqueness holds under two keys. */
function indexesOver(
  columns: readonly string[],
  unique: boolean,
  isLookup: (name: string) => boolean,
  indexKeyIds: readonly number[],
): readonly Index[] {
  if (!columns.some(isLookup)) return [{ columns, unique }];
  return indexKeyIds.map((keyId) => ({ columns: columns.map((name) => (isLookup(name) ? lookupColumn(name, keyId) : name)), unique }));
}

/** Each lookup is found by an index, unless one that the plan asks for already begins with it. */
function lookupIndexes(field: Field, collection: Collection, indexKeyIds: readonly number[]): readonly Index[] {
  const isLed = [...collection.indexes, ...collection.uniques.map((unique) => unique.fields)].some((columns) => columns[0] === field.name);
  return isLed ? [] : indexKeyIds.map((keyId) => ({ columns: [lookupColumn(field.name, keyId)], unique: false }));
}
