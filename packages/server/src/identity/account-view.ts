import type { Id } from "../kit/index.ts";
import type { View } from "../store/contract.ts";
import { type AccountRow, TABLE } from "./account-rows.ts";
import { bytesOf, type Cells, isJsonObject, millis, numberOf } from "./cells.ts";
import type { Account, Factor, JsonObject } from "./contract.ts";

const FACTORS_PER_ACCOUNT_MAX = 10;
export function openJson(cells: Cells, id: Id, column: "user_metadata" | "app_metadata", bytes: Uint8Array | null): JsonObject {
  if (bytes === null) return {};
  const value: unknown = JSON.parse(cells.openText(bytes, { table: TABLE, column, row: id, account: id }));
  return isJsonObject(value) ? value : {};
}

export function openAddress(cells: Cells, account: Pick<AccountRow, "id" | "address">): string | null {
  if (account.address === null) return null;
  return cells.openText(account.address, { table: TABLE, column: "address", row: account.id, account: account.id });
}

export async function readFactors(view: View, cells: Cells, account: Id): Promise<readonly Factor[]> {
  const rows = await view.read({
    table: "identity.factors",
    columns: ["id", "verified", "name", "created_at", "updated_at"],
    where: { op: "compare", sense: "is", column: "account", by: "eq", value: account },
    limit: FACTORS_PER_ACCOUNT_MAX,
  });
  return rows.map((row) => {
    const id = bytesOf(row[0]);
    const name = cells.openText(bytesOf(row[2]), { table: "identity.factors", column: "name", row: id, account });
    const status = row[1] === 1 ? "verified" : "unverified";
    return { id, status, name, createdAt: millis(numberOf(row[3])), updatedAt: millis(numberOf(row[4])) };
  });
}

/** The account as its owner or an administrator sees it. */
export async function openAccount(view: View, cells: Cells, row: AccountRow): Promise<Account> {
  const factors = row.deletedAt === null ? await readFactors(view, cells, row.id) : [];
  return accountOf(cells, row, factors);
}

export function accountOf(cells: Cells, row: AccountRow, factors: readonly Factor[]): Account {
  const { id, confirmedAt, invitedAt, lastSignInAt, bannedUntil, deletedAt, roles, tenant, createdAt, updatedAt } = row;
  const userMetadata = openJson(cells, id, "user_metadata", row.userMetadata);
  const appMetadata = openJson(cells, id, "app_metadata", row.appMetadata);
  const times = { confirmedAt, invitedAt, lastSignInAt, bannedUntil, deletedAt, createdAt, updatedAt };
  return { id, address: openAddress(cells, row), ...times, roles, tenant, userMetadata, appMetadata, factors };
}
