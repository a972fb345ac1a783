import { type Event, formatId, type Id, parseId } from "../kit/index.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import { type AccountRow, addressCells, findAccount, sealJson, updateAccount } from "./account-rows.ts";
import { openAccount, openJson } from "./account-view.ts";
import { addressFrom } from "./address.ts";
import { clearAddressChange } from "./address-change-rows.ts";
import { micros } from "./cells.ts";
import type { Account, AdminChange, JsonObject, Letter, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { type Outbox, type Posted, posted } from "./mailbox.ts";
import { EVERY_PURPOSE, type OneTimeCodes, voidCodes } from "./one-time-codes.ts";
import { merged } from "./own.ts";
import type { PasswordPolicy } from "./passwords/policy.ts";
import { refusal } from "./refusals.ts";
import type { Sessions } from "./sessions.ts";

const ROLES_MAX = 100;

export interface Needs {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly codes: OneTimeCodes;
  readonly policy: PasswordPolicy;
  readonly outbox: Outbox;
}

export async function requireAccount(needs: Needs, view: View, id: Id): Promise<Account> {
  const { cells } = needs.core;
  const row = await findAccount(view, id);
  if (row === undefined || row.deletedAt !== null) throw refusal("user_not_found");
  return openAccount(view, cells, row);
}

export async function change(needs: Needs, visit: Visit, id: Id, wish: AdminChange): Promise<Account> {
  const { core } = needs;
  const { store } = core;
  const before = await store.view((view) => requireAccount(needs, view, id));
  const address = wish.address === undefined ? undefined : addressFrom(wish.address);
  const password = await hashOf(needs, visit, wish.password, address ?? before.address ?? "");
  const isMoved = address !== undefined && address !== before.address;
  const notice = await core.turns.take(formatId(id), () =>
    store.transact<Posted>(
      async (view) => {
        const account = await findAccount(view, id);
        if (account === undefined || account.deletedAt !== null) throw refusal("user_not_found");
        const result = tellOwner(needs, visit, before, { "password-changed": password !== null, "address-changed": isMoved });
        const steps = [...(await changeSteps(needs, view, visit, account, wish, { address, password })), ...result.steps];
        return { batch: { steps }, result };
      },
      () => {
        throw refusal("email_exists");
      },
    ),
  );
  notice.done();
  return store.view((view) => requireAccount(needs, view, id));
}

/** At the address that was the account's before: whoever loses it hears of it there. */
export function tellOwner(
  { core, outbox }: Needs,
  visit: Visit,
  { address: to, id: account }: Account,
  happened: Partial<Record<Letter["purpose"], boolean>>,
): Posted {
  if (to === null) return posted([]);
  const due = TOLD.filter((purpose) => happened[purpose] === true);
  return posted(due.map((purpose) => outbox.post(visit, core.letters.plain(visit, { to, account }, purpose))));
}

const TOLD = ["password-changed", "factors-changed", "address-changed"] as const;

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
  const isVoid = made.address !== undefined || made.password !== null;
  const voided = isVoid ? [...voidCodes(id, EVERY_PURPOSE), clearAddressChange(id)] : [];
  const what = WHAT.flatMap(([field, word]) => (wish[field] === undefined ? [] : [word])).join(", ");
  const events: Event[] = [{ kind: "account.changed", ...circumstances(core, visit, id), account: named(id, id), what }];
  if (set["roles"] !== undefined) events.push(rolesEvent(needs, visit, id, set));
  return [updateAccount(account, set), ...ended, ...voided, ...entries(core, events)];
}

/** Roles, tenant, ban and the rest of app_metadata, each checked. */
export function stateCells(needs: Needs, id: Id, before: JsonObject, { appMetadata, banMs }: AdminChange): RowValues {
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

export async function hashOf(needs: Needs, visit: Visit, password: string | undefined, address: string): Promise<string | null> {
  const { policy } = needs;
  const { vault } = needs.core;
  if (password === undefined) return null;
  await policy.require(password, { address });
  return vault.passwords.hash(password, visit.address);
}

export function rolesEvent(needs: Needs, visit: Visit, id: Id, set: RowValues): Event {
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

function tenantFrom(value: unknown): Id | null {
  if (value === null) return null;
  const id = typeof value === "string" ? parseId(value) : undefined;
  if (id === undefined) throw refusal("validation_failed", "app_metadata.tenant is a UUID or null.");
  return id;
}
