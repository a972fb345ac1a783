import type { Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { Row, RowValues, Step, View } from "../store/contract.ts";
import { bytesOf, type Cells, listOf, micros, millis, numberOf, orNull, textOf } from "./cells.ts";
import type { JsonObject } from "./contract.ts";
import type { Core } from "./core.ts";

export const TABLE = "identity.accounts";
/** An account as it lies in the store; times in ms. */
export interface AccountRow {
  readonly id: Id;
  readonly version: number;
  readonly address: Uint8Array | null;
  readonly password: string | null;
  readonly roles: readonly string[];
  readonly houseRole: "owner" | "operator" | null;
  readonly tenant: Id | null;
  readonly userMetadata: Uint8Array | null;
  readonly appMetadata: Uint8Array | null;
  readonly confirmedAt: number | null;
  readonly invitedAt: number | null;
  readonly lastSignInAt: number | null;
  readonly bannedUntil: number | null;
  readonly deletedAt: number | null;
  readonly factorsVerified: number;
  readonly failedPasswords: number;
  readonly failedCodes: number;
  readonly failedMailCodes: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const time = (value: Value | undefined): number | null => orNull(value, (micro) => millis(numberOf(micro)));
/** How each field lies in its column: one row a field, read and written by the same table. */
const COLUMNS = [
  "id",
  "row_version",
  "address",
  "password",
  "roles",
  "house_role",
  "tenant",
  "user_metadata",
  "app_metadata",
  "confirmed_at",
  "invited_at",
  "last_sign_in_at",
  "banned_until",
  "deleted_at",
  "factors_verified",
  "failed_passwords",
  "failed_codes",
  "failed_mail_codes",
  "created_at",
  "updated_at",
] as const;

function readAccount(row: Row): AccountRow {
  return {
    id: bytesOf(row[0]),
    version: numberOf(row[1]),
    address: orNull(row[2], bytesOf),
    password: orNull(row[3], textOf),
    roles: listOf(row[4]),
    houseRole: houseRoleOf(row[5]),
    tenant: orNull(row[6], bytesOf),
    userMetadata: orNull(row[7], bytesOf),
    appMetadata: orNull(row[8], bytesOf),
    confirmedAt: time(row[9]),
    invitedAt: time(row[10]),
    lastSignInAt: time(row[11]),
    bannedUntil: time(row[12]),
    deletedAt: time(row[13]),
    factorsVerified: numberOf(row[14]),
    failedPasswords: numberOf(row[15]),
    failedCodes: numberOf(row[16]),
    failedMailCodes: numberOf(row[17]),
    createdAt: numberOf(row[18]) / 1_000,
    updatedAt: numberOf(row[19]) / 1_000,
  };
}

export function houseRoleOf(value: Value | undefined): AccountRow["houseRole"] {
  return value === "owner" || value === "operator" ? value : null;
}

export async function findAccount(view: View, id: Id): Promise<AccountRow | undefined> {
  const row = await view.get(TABLE, [id], COLUMNS);
  return row && readAccount(row);
}

/** By the normalised address, under whichever index key its row has. */
export async function findByAddress(view: View, cells: Cells, address: string): Promise<AccountRow | undefined> {
  const of = Object.entries(cells.addressIndex(address)).map(([column, value]): Filter => {
    return { op: "compare", sense: "is", column, by: "eq", value };
  });
  const [row] = await view.read({ table: TABLE, columns: COLUMNS, where: { op: "any", of }, limit: 1 });
  return row && readAccount(row);
}

export async function listAccounts(view: View, page: { readonly number: number; readonly size: number }): Promise<readonly AccountRow[]> {
  const rows = await view.read({
    table: TABLE,
    columns: COLUMNS,
    where: NOT_DELETED,
    order: [{ column: "created_at", direction: "desc", nulls: "last" }],
    limit: page.size,
    offset: (page.number - 1) * page.size,
  });
  return rows.map(readAccount);
}

export const NOT_DELETED: Filter = { op: "null", sense: "is", column: "deleted_at" };
export interface NewAccount {
  readonly id: Id;
  readonly address: string;
  readonly password: string | null;
  readonly userMetadata: JsonObject;
  readonly confirmedAt: number | null;
  readonly invitedAt: number | null;
}

/** `more` are cells that are not those of every new account. */
export function insertAccount({ cells, clock }: Pick<Core, "cells" | "clock">, account: NewAccount, more: RowValues = {}): Step {
  const now = micros(clock.now());
  const row: RowValues = {
    id: account.id,
    ...addressCells(cells, account.id, account.address),
    password: account.password,
    roles: "[]",
    house_role: null,
    tenant: null,
    user_metadata: sealJson(cells, account.id, "user_metadata", account.userMetadata),
    app_metadata: null,
    confirmed_at: account.confirmedAt === null ? null : micros(account.confirmedAt),
    invited_at: account.invitedAt === null ? null : micros(account.invitedAt),
    last_sign_in_at: null,
    banned_until: null,
    deleted_at: null,
    factors_verified: 0,
    failed_passwords: 0,
    failed_codes: 0,
    failed_mail_codes: 0,
    created_at: now,
    updated_at: now,
    ...more,
  };
  return { do: "insert", table: TABLE, row };
}

/** An account that is inserted in the same batch. */
export function freshRow(id: Id, now: number): AccountRow {
  const nothing = { address: null, password: null, houseRole: null, tenant: null, userMetadata: null, appMetadata: null };
  const times = {
    confirmedAt: null,
    invitedAt: null,
    lastSignInAt: null,
    bannedUntil: null,
    deletedAt: null,
    createdAt: now,
    updatedAt: now,
  };
  return { id, version: 1, ...nothing, ...times, roles: [], factorsVerified: 0, failedPasswords: 0, failedCodes: 0, failedMailCodes: 0 };
}

/** Every change of an account expects the version that was read. */
export function updateAccount(account: AccountRow, set: RowValues): Step {
  return { do: "update", table: TABLE, key: [account.id], version: account.version, set };
}

export function addressCells(cells: Cells, id: Id, address: string): RowValues {
  const sealed = cells.seal(address, { table: TABLE, column: "address", row: id, account: id });
  return { address: sealed, address_even: null, address_odd: null, ...cells.addressIndex(address) };
}

export function sealJson(cells: Cells, id: Id, column: "user_metadata" | "app_metadata", value: JsonObject): Uint8Array | null {
  if (Object.keys(value).length === 0) return null;
  return cells.seal(JSON.stringify(value), { table: TABLE, column, row: id, account: id });
}
