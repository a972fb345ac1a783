import { type Event, equalBytes, formatId, type Id } from "../kit/index.ts";
import type { View } from "../store/contract.ts";
import { findAccount, findByAddress, insertAccount, listAccounts, NOT_DELETED } from "./account-rows.ts";
import { openAccount, readFactors } from "./account-view.ts";
import { addressFrom } from "./address.ts";
import { change, hashOf, type Needs, requireAccount, rolesEvent, stateCells, tellOwner } from "./admin-change.ts";
import type { Account, AccountPage, Admin, Factor, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { findFactor, removeSteps } from "./factor-standing.ts";
import { handOver, invite, keyOf } from "./hand-over.ts";
import type { Posted } from "./mailbox.ts";
import { conflict, merged } from "./own.ts";
import { refusal } from "./refusals.ts";

/** What secret keys of scope accounts:write may do. The routes see to the scope; every change is an event. */
export function createAdmin(needs: Needs): Admin {
  return {
    list: (...given) => list(needs, ...given),
    get: (...given) => requireAccount(needs, ...given),
    create: (...given) => create(needs, ...given),
    change: (...given) => change(needs, ...given),
    remove: (...given) => remove(needs, ...given),
    removeFactor: (...given) => removeFactor(needs, ...given),
    invite: (...given) => invite(needs, ...given),
    handOver: (...given) => handOver(needs, ...given),
  };
}

export async function list(needs: Needs, view: View, page: Parameters<Admin["list"]>[1]): Promise<AccountPage> {
  const { cells } = needs.core;
  const total = await view.count({ table: "identity.accounts", where: NOT_DELETED });
  const accounts: Account[] = [];
  for (const row of await listAccounts(view, page)) accounts.push(await openAccount(view, cells, row));
  return { accounts, total };
}

async function create(needs: Needs, visit: Visit, asked: Parameters<Admin["create"]>[1]): Promise<Account> {
  const { core } = needs;
  const { store, vault, clock, cells } = core;
  const address = addressFrom(asked.address);
  const password = await hashOf(needs, visit, asked.password, address);
  const id = asked.id ?? vault.newId();
  const confirmedAt = asked.confirm === true ? clock.now() : null;
  const account = { id, address, password, userMetadata: merged({}, asked.userMetadata ?? {}), confirmedAt, invitedAt: null };
  await store.transact<undefined>(
    async (view) => {
      if ((await findByAddress(view, cells, address)) !== undefined) throw refusal("email_exists");
      const rest = stateCells(needs, id, {}, asked);
      const events: Event[] = [{ kind: "account.created", ...circumstances(core, visit, id), account: named(id, id), by: keyOf(visit) }];
      if (rest["roles"] !== undefined) events.push(rolesEvent(needs, visit, id, rest));
      return { batch: { steps: [insertAccount(core, account, rest), ...entries(core, events)] }, result: undefined };
    },
    () => {
      throw refusal("email_exists");
    },
  );
  return store.view((view) => requireAccount(needs, view, id));
}

async function remove(needs: Needs, visit: Visit, id: Id): Promise<void> {
  const { removeAccount } = await import("./leave.ts");
  await removeAccount(needs, { by: keyOf(visit), visit }, id);
}

type RemovedFactor = Awaited<ReturnType<Admin["removeFactor"]>>;

async function removeFactor(needs: Needs, visit: Visit, id: Id, factorId: Id): Promise<RemovedFactor> {
  const { core, sessions } = needs;
  const { store, cells, plan } = core;
  const before = await store.view((view) => requireAccount(needs, view, id));
  const lost = before.factors.find((one) => one.status === "verified" && equalBytes(one.id, factorId));
  if (lost !== undefined && plan.accounts.factorResetMs > 0) {
    const { resetFactors } = await import("./reset-factors.ts");
    return { ...lost, ...(await resetFactors(needs, { by: keyOf(visit), visit }, id)) };
  }
  const { removed, notice } = await core.turns.take(formatId(id), () =>
    store.transact<{ readonly removed: Factor; readonly notice: Posted }>(async (view) => {
      const [account, factor] = [await findAccount(view, id), await findFactor(view, factorId, id)];
      const shown = (await readFactors(view, cells, id)).find((one) => formatId(one.id) === formatId(factorId));
      if (account === undefined || factor === undefined || shown === undefined) throw refusal("mfa_factor_not_found");
      const event: Event = {
        kind: "factor.changed",
        ...circumstances(core, visit, id),
        account: named(id, id),
        factor: "totp",
        what: "removed by an administrator",
      };
      const ended = await sessions.end(view, id, visit, { name: "administrator" });
      const notice = tellOwner(needs, visit, before, { "factors-changed": true });
      const steps = [...removeSteps(account, factor), ...ended, ...notice.steps, ...entries(core, [event])];
      return { batch: { steps }, result: { removed: shown, notice } };
    }, conflict),
  );
  notice.done();
  return { ...removed, dueAt: null };
}
