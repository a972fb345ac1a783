import { type Event, formatId, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { findAccount, findByAddress, insertAccount, listAccounts, NOT_DELETED, updateAccount } from "./account-rows.ts";
import { openAccount, readFactors } from "./account-view.ts";
import { addressFrom } from "./address.ts";
import { clearAddressChange } from "./address-change-rows.ts";
import { change, hashOf, type Needs, requireAccount, rolesEvent, stateCells, tellOwner } from "./admin-change.ts";
import { micros } from "./cells.ts";
import type { Account, AccountPage, Admin, Factor, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { clearDevices } from "./devices.ts";
import { findFactor, removeSteps } from "./factor-standing.ts";
import { handOver, invite, keyOf } from "./hand-over.ts";
import type { Posted } from "./mailbox.ts";
import { EVERY_PURPOSE, voidCodes } from "./one-time-codes.ts";
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
  const { core, sessions } = needs;
  const { store, clock } = core;
  await core.turns.take(formatId(id), () =>
    store.transact<undefined>(async (view) => {
      const account = await findAccount(view, id);
      if (account === undefined || account.deletedAt !== null) throw refusal("user_not_found");
      const event: Event = { kind: "account.removed", ...circumstances(core, visit, id), account: named(id, id) };
      const ended = await sessions.end(view, id, visit, { name: "removal" });
      const now = micros(clock.now());
      // The row stays, so that what names it still names something; who it was goes.
      const nobody = { address: null, address_even: null, address_odd: null, password: null, user_metadata: null, app_metadata: null };
      const set = { ...nobody, roles: "[]", house_role: null, factors_verified: 0, deleted_at: now, updated_at: now };
      const factors: Step = {
        do: "clear",
        table: "identity.factors",
        where: { op: "compare", sense: "is", column: "account", by: "eq", value: id },
      };
      return {
        batch: { steps: [updateAccount(account, set), ...ended, factors, ...forgetAddresses(id), ...entries(core, [event])] },
        result: undefined,
      };
    }, conflict),
  );
}

/** All that says where the account was reached, and from where. */
function forgetAddresses(id: Id): readonly Step[] {
  return [...voidCodes(id, [...EVERY_PURPOSE, "told"]), clearAddressChange(id), clearDevices(id)];
}

async function removeFactor(needs: Needs, visit: Visit, id: Id, factorId: Id): Promise<Factor> {
  const { core, sessions } = needs;
  const { store, cells } = core;
  const before = await store.view((view) => requireAccount(needs, view, id));
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
  return removed;
}
