import { Fault, type Id } from "../kit/index.ts";
import type { Value } from "../model/value.ts";
import type { MigrationReport } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { JsonObject } from "./contract.ts";

/** Where a value of this room lies; `account` is the one whose erasure destroys it. */
export interface Spot {
  readonly table: string;
  readonly column: string;
  readonly row: Id;
  readonly account: Id | null;
}

/** Values as they lie in this room's tables. */
export interface Cells {
  seal(plain: string | Uint8Array, spot: Spot): Uint8Array;
  openText(bytes: Uint8Array, spot: Spot): string;
  openBytes(bytes: Uint8Array, spot: Spot): Uint8Array;
  /** The blind index of an address under every live key: column → value. */
  addressIndex(address: string): Readonly<Record<string, Uint8Array>>;
}

const MICROS_PER_MS = 1_000;

export function createCells({ vault, report }: { readonly vault: Vault; readonly report: MigrationReport }): Cells {
  // The tenant of an account may change later, so its own fields are bound to the account and not to the tenant.
  const place = ({ table, column, row, account }: Spot) => {
    return { table: report.tableId(table), column: report.columnId(table, column), tenant: null, row, subject: account, type: "identity" };
  };
  const decoder = new TextDecoder("utf-8", { fatal: true });

  function addressIndex(address: string): Readonly<Record<string, Uint8Array>> {
    const table = report.tableId("identity.accounts");
    const at = { table, column: report.columnId("identity.accounts", "address"), tenant: null };
    return Object.fromEntries(vault.indexKeyIds.map((keyId) => [columnOf(keyId), vault.blindIndex(keyId, address, at)]));
  }

  return {
    seal: (plain, spot) => vault.encrypt(plain, place(spot)),
    openText: (bytes, spot) => decoder.decode(vault.decrypt(bytes, place(spot))),
    openBytes: (bytes, spot) => vault.decrypt(bytes, place(spot)),
    addressIndex,
  };
}

function columnOf(indexKeyId: number): "address_even" | "address_odd" {
  return indexKeyId % 2 === 0 ? "address_even" : "address_odd";
}

export const micros = (ms: number): number => Math.round(ms * MICROS_PER_MS);
export const millis = (value: number): number => Math.floor(value / MICROS_PER_MS);

/** Readers of a row's cells: a value of another type is damage, and faults. */
export function bytesOf(value: Value | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw damaged();
}

export function numberOf(value: Value | undefined): number {
  if (typeof value === "number") return value;
  throw damaged();
}

export function textOf(value: Value | undefined): string {
  if (typeof value === "string") return value;
  throw damaged();
}

export function orNull<T>(value: Value | undefined, read: (value: Value) => T): T | null {
  return value === null || value === undefined ? null : read(value);
}

export function listOf(value: Value | undefined): readonly string[] {
  const list: unknown = JSON.parse(textOf(value));
  if (!Array.isArray(list) || !list.every((item) => typeof item === "string")) throw damaged();
  return list;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function damaged(): Fault {
  return new Fault("internal", "A row of this room does not have the shape that it was written with.");
}
