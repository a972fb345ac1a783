import { isFault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Plan } from "../model/plan.ts";
import type { MigrationReport, Row, Store } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import { normaliseAddress } from "./address.ts";
import { createCells, millis, numberOf } from "./cells.ts";
import { createPasswordPolicy } from "./passwords/policy.ts";

/** Numbers about accounts, and nobody's name. */
export interface Census {
  readonly accounts: number;
  readonly withFactor: number;
  /** Hashes with parameters that are no longer today's. */
  readonly outdatedHashes: number;
  readonly operators: readonly { readonly withFactor: boolean; readonly lastSignInAt: number | null; readonly createdAt: number }[];
}

export interface CensusNeeds {
  /** With the tables of this room. */
  readonly store: Pick<Store, "view">;
  readonly vault: Vault;
}

const TABLE = "identity.accounts";
const PAGE = 1_000;
/** The oldest so many; the share among them is as good as that of all. */
const ACCOUNTS_LOOKED_AT = 50_000;
const OPERATORS_MAX = 1_000;
const NOT_DELETED: Filter = { op: "null", sense: "is", column: "deleted_at" };

/** Counts by an index and page by page, so that a large house is counted as kindly as a small one. */
export async function takeCensus({ store, vault }: CensusNeeds): Promise<Census> {
  const operators = await store.view((view) =>
    view.read({
      table: TABLE,
      columns: ["factors_verified", "last_sign_in_at", "created_at", "deleted_at"],
      where: { op: "null", sense: "isNot", column: "house_role" },
      limit: OPERATORS_MAX,
    }),
  );
  let [accounts, withFactor, outdatedHashes, from] = [0, 0, 0, 0];
  for (let isMore = true; isMore && accounts < ACCOUNTS_LOOKED_AT; ) {
    const page = await readPage(store, from);
    accounts += page.length;
    withFactor += page.filter(([factors]) => numberOf(factors) > 0).length;
    outdatedHashes += page.filter(([, password]) => typeof password === "string" && vault.passwords.isOutdated(password)).length;
    const last = page.at(-1)?.[2];
    isMore = page.length === PAGE && last !== undefined;
    if (isMore) from = numberOf(last);
  }
  return {
    accounts,
    withFactor,
    outdatedHashes,
    operators: operators
      .filter(([, , , deletedAt]) => deletedAt === null)
      .map(([factors, lastSignInAt, createdAt]) => ({
        withFactor: numberOf(factors) > 0,
        lastSignInAt: typeof lastSignInAt === "number" ? millis(lastSignInAt) : null,
        createdAt: millis(numberOf(createdAt)),
      })),
  };
}

/** Accounts of one microsecond that fall on both sides of a page are counted once or not at all: it is a census, not a ledger. */
function readPage(store: Pick<Store, "view">, from: number): Promise<readonly Row[]> {
  return store.view((view) =>
    view.read({
      table: TABLE,
      columns: ["factors_verified", "password", "created_at"],
      where: { op: "all", of: [NOT_DELETED, { op: "compare", sense: "is", column: "created_at", by: "gt", value: from }] },
      order: [{ column: "created_at", direction: "asc", nulls: "last" }],
      limit: PAGE,
    }),
  );
}

/** Which of these pairs of address and password sign in here. */
export async function tryExamples(
  { store, vault, report }: CensusNeeds & { readonly report: MigrationReport },
  examples: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const cells = createCells({ vault, report });
  const open: string[] = [];
  for (const [typed, password] of Object.entries(examples)) {
    const address = normaliseAddress(typed);
    if (address === undefined) continue;
    const of = Object.entries(cells.addressIndex(address)).map(([column, value]): Filter => {
      return { op: "compare", sense: "is", column, by: "eq", value };
    });
    const [row] = await store.view((view) => view.read({ table: TABLE, columns: ["password"], where: { op: "any", of }, limit: 1 }));
    const hash = row?.[0];
    if (typeof hash === "string" && (await vault.passwords.verify(hash, password, "audit"))) open.push(typed);
  }
  return open;
}

/** Which of these passwords the policy of this plan would take. */
export async function passwordsTaken(plan: Pick<Plan, "name" | "accounts">, passwords: readonly string[]): Promise<readonly string[]> {
  const policy = createPasswordPolicy({ appName: plan.name, secondFactor: plan.accounts.secondFactor });
  const taken: string[] = [];
  for (const password of passwords) {
    const isTaken = await policy.require(password, { address: "somebody@example.org" }).then(
      () => true,
      (error: unknown) => {
        if (isFault(error)) return false;
        throw error;
      },
    );
    if (isTaken) taken.push(password);
  }
  return taken;
}
