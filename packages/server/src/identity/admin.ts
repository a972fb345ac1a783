import { type Event, formatId, type Id, parseId } from "../kit/index.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import {
  type AccountRow,
  addressCells,
  findAccount,
  findByAddress,
  insertAccount,
  listAccounts,
  NOT_DELETED,
  openAccount,
  openJson,
  readFactors,
  sealJson,
  updateAccount,
} from "./account-rows.ts";
import { addressFrom } from "./address.ts";
import { micros } from "./cells.ts";
import type { Account, AccountPage, Admin, AdminChange, Factor, HandedCode, JsonObject, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { findFactor, removeSteps } from "./factors.ts";
import { writeCodes } from "./letters.ts";
import { type OneTimeCodes, type StoredPurpose, voidCodes } from "./one-time-codes.ts";
import { conflict, merged } from "./own.ts";
import type { PasswordPolicy } from "./passwords/policy.ts";
import { refusal } from "./refusals.ts";
import type { Sessions } from "./sessions.ts";

const ROLES_MAX = 100;
const EVERY_PURPOSE: readonly StoredPurpose[] = ["signup", "signup.link", "invite", "invite.link", "recovery", "recovery.link"];

interface Needs {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly codes: OneTimeCodes;
  readonly policy: PasswordPolicy;
}

/** What secret keys of scope accounts:write may do. The routes see to the scope; every change is an event. */
export function createAdmin(needs: Needs): Admin {
  return {
    list: (...given) => list(needs, ...given),
    get: (...given) => get(needs, ...given),
    create: (...given) => create(needs, ...given),
    change: (...given) => change(needs, ...given),
    remove: (...given) => remove(needs, ...given),
    removeFactor: (...given) => removeFactor(needs, ...given),
    handOver: (...given) => handOver(needs, ...given),
  };
}

async function list(needs: Needs, view: View, page: Parameters<Admin["list"]>[1]): Promise<AccountPage> {
  const { cells } = needs.core;
  const total = await view.count({ table: "identity.accounts", where: NOT_DELETED });
  const accounts: Account[] = [];
  for (const row of await listAccounts(view, page)) accounts.push(await openAccount(view, cells, row));
  return { accounts, total };
}

async function get(needs: Needs, view: View, id: Id): Promise<Account> {
  const { cells } = needs.core;
  const row = await findAccount(view, id);
  if (row === undefined || row.deletedAt !== null) throw refusal("user_not_found");
  return openAccount(view, cells, row);
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
  return store.view((view) => get(needs, view, id));
}

async function change(needs: Needs, visit: Visit, id: Id, wish: AdminChange): Promise<Account> {
  const { core } = needs;
  const { store } = core;
  const before = await store.view((view) => get(needs, view, id));
  const address = wish.address === undefined ? undefined : addressFrom(wish.address);
  const password = await hashOf(needs, visit, wish.password, address ?? before.address ?? "");
  await core.turns.take(formatId(id), () =>
    store.transact<undefined>(
      async (view) => {
        const account = await findAccount(view, id);
        if (account === undefined || account.deletedAt !== null) throw refusal("user_not_found");
        const steps = await changeSteps(needs, view, visit, account, wish, { address, password });
        return { batch: { steps }, result: undefined };
      },
      () => {
        throw refusal("email_exists");
      },
    ),
  );
  return store.view((view) => get(needs, view, id));
}

async function changeSteps(
  needs: Needs,
  view: View,
  visit: Visit,
  account: AccountRow,
  wish: AdminChange,
  made: { address: string | undefined; password: string | null },
): Promise<readonly Step[]> {
  const { core, sessions } = needs;
  const { clock, cells } = core;
  const { id } = account;
  const userMetadata = wish.userMetadata && merged(openJson(cells, id, "user_metadata", account.userMetadata), wish.userMetadata);
  const set: RowValues = {
    ...stateCells(needs, id, openJson(cells, id, "app_metadata", account.appMetadata), wish),
    ...(userMetadata === undefined ? {} : { user_metadata: sealJson(cells, id, "user_metadata", userMetadata) }),
    // An address that an administrator writes is confirmed only where the administrator says so.
    ...(made.address === undefined ? {} : { ...addressCells(cells, id, made.address), confirmed_at: null }),
    ...(wish.confirm === true ? { confirmed_at: micros(account.confirmedAt ?? clock.now()) } : {}),
    ...(made.password === null ? {} : { password: made.password, failed_passwords: 0, failed_codes: 0, failed_mail_codes: 0 }),
    updated_at: micros(clock.now()),
  };
  const isEnded = made.password !== null || made.address !== undefined || (wish.banMs ?? null) !== null;
  const ended = isEnded ? await sessions.end(view, id, visit, { name: "administrator" }) : [];
  const voided = made.address === undefined && made.password === null ? [] : voidCodes(id, EVERY_PURPOSE);
  const what = WHAT.flatMap(([field, word]) => (wish[field] === undefined ? [] : [word])).join(", ");
  const events: Event[] = [{ kind: "account.changed", ...circumstances(core, visit, id), account: named(id, id), what }];
  if (set["roles"] !== undefined) events.push(rolesEvent(needs, visit, id, set));
  return [updateAccount(account, set), ...ended, ...voided, ...entries(core, events)];
}

/** Roles, tenant, ban and the rest of app_metadata, each checked. */
function stateCells(needs: Needs, id: Id, before: JsonObject, { appMetadata, banMs }: AdminChange): RowValues {
  const { clock, cells } = needs.core;
  const ban = banMs === undefined ? {} : { banned_until: banMs === null ? null : micros(clock.now() + banMs) };
  if (appMetadata === undefined) return ban;
  const { roles, tenant, provider: _provider, providers: _providers, ...rest } = appMetadata;
  return {
    ...ban,
    ...(roles === undefined ? {} : { roles: JSON.stringify(rolesFrom(needs, roles)) }),
    ...(tenant === undefined ? {} : { tenant: tenantFrom(tenant) }),
    app_metadata: sealJson(cells, id, "app_metadata", merged(before, rest)),
  };
}

function rolesFrom(needs: Needs, value: unknown): readonly string[] {
  const { plan } = needs.core;
  const isList = Array.isArray(value) && value.length <= ROLES_MAX;
  if (!isList) throw refusal("validation_failed", "app_metadata.roles is a list of at most 100 roles of the plan.");
  const roles = new Set<string>();
  for (const role of value) {
    if (typeof role !== "string" || !plan.roles.includes(role)) {
      throw refusal("validation_failed", `The plan has no role ${JSON.stringify(role)}; it has: ${plan.roles.join(", ") || "none"}.`);
    }
    roles.add(role);
  }
  return [...roles];
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
        batch: { steps: [updateAccount(account, set), ...ended, factors, ...voidCodes(id, EVERY_PURPOSE), ...entries(core, [event])] },
        result: undefined,
      };
    }, conflict),
  );
}

async function removeFactor(needs: Needs, visit: Visit, id: Id, factorId: Id): Promise<Factor> {
  const { core, sessions } = needs;
  const { store, cells } = core;
  return core.turns.take(formatId(id), () =>
    store.transact<Factor>(async (view) => {
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
      return { batch: { steps: [...removeSteps(account, factor), ...ended, ...entries(core, [event])] }, result: shown };
    }, conflict),
  );
}

async function handOver(
  needs: Needs,
  visit: Visit,
  { purpose, address: typed, userMetadata }: Parameters<Admin["handOver"]>[1],
): Promise<HandedCode> {
  const { core, codes } = needs;
  const { store, vault, clock, cells } = core;
  const address = addressFrom(typed);
  const { id, code, link } = await store.transact<{ id: Id; code: string; link: string }>(
    async (view) => {
      const found = await findByAddress(view, cells, address);
      if (purpose === "recovery" && found === undefined) throw refusal("user_not_found");
      if (purpose === "invite" && found?.confirmedAt != null) throw refusal("email_exists");
      const id = found?.id ?? vault.newId();
      const now = clock.now();
      const made =
        found === undefined
          ? [
              insertAccount(core, {
                id,
                address,
                password: null,
                userMetadata: merged({}, userMetadata),
                confirmedAt: null,
                invitedAt: now,
              }),
            ]
          : [];
      const written = writeCodes(codes, purpose, id, {});
      const event: Event =
        found === undefined
          ? { kind: "account.created", ...circumstances(core, visit, id), account: named(id, id), by: `invitation of ${keyOf(visit)}` }
          : {
              kind: "account.changed",
              ...circumstances(core, visit, id),
              account: named(id, id),
              what: `${purpose} handed to ${keyOf(visit)}`,
            };
      const steps = [...made, ...voidCodes(id, [purpose, `${purpose}.link`]), ...written.steps, ...entries(core, [event])];
      return { batch: { steps }, result: { id, code: written.code, link: written.link } };
    },
    () => {
      throw refusal("email_exists");
    },
  );
  return { account: await store.view((view) => get(needs, view, id)), code, link };
}

async function hashOf(needs: Needs, visit: Visit, password: string | undefined, address: string): Promise<string | null> {
  const { policy } = needs;
  const { vault } = needs.core;
  if (password === undefined) return null;
  await policy.require(password, { address });
  return vault.passwords.hash(password, visit.address);
}

function rolesEvent(needs: Needs, visit: Visit, id: Id, set: RowValues): Event {
  const { core } = needs;
  return { kind: "roles.changed", ...circumstances(core, visit, id), account: named(id, id), roles: String(set["roles"]) };
}

const WHAT = [
  ["address", "address"],
  ["confirm", "confirmation"],
  ["password", "password"],
  ["userMetadata", "user metadata"],
  ["appMetadata", "app metadata"],
  ["banMs", "ban"],
] as const satisfies readonly (readonly [keyof AdminChange, string])[];

function keyOf({ actor }: Visit): string {
  return actor.kind === "service" ? `key ${actor.keyId}` : actor.kind;
}

function tenantFrom(value: unknown): Id | null {
  if (value === null) return null;
  const id = typeof value === "string" ? parseId(value) : undefined;
  if (id === undefined) throw refusal("validation_failed", "app_metadata.tenant is a UUID or null.");
  return id;
}
