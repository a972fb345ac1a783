import type { Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Store, View } from "../store/contract.ts";
import { TABLE } from "./account-rows.ts";

/** Accounts that one query asks for. */
const ACCOUNTS_PER_QUERY_MAX = 200;

/**
 * Tells the data room whether accounts belong to a tenant, without showing it their table. An account of another tenant, one that was
 * deleted and one that never was are the same no, found by the same work.
 */
export function createTenancy(store: Pick<Store, "within">): (view: View, accounts: readonly Id[], tenant: Id) => Promise<boolean> {
  return async (view, accounts, tenant) => {
    const own = store.within(view);
    let found = 0;
    for (let from = 0; from < accounts.length; from += ACCOUNTS_PER_QUERY_MAX) {
      const values = accounts.slice(from, from + ACCOUNTS_PER_QUERY_MAX);
      const where: Filter = {
        op: "all",
        of: [
          { op: "in", sense: "is", column: "id", values },
          { op: "compare", sense: "is", column: "tenant", by: "eq", value: tenant },
        ],
      };
      found += await own.count({ table: TABLE, where });
    }
    return found === accounts.length;
  };
}
