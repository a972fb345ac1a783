import { OWED } from "../backup/tables.ts";
import type { Data } from "../data/index.ts";
import { type Identity, tables as identityTables } from "../identity/index.ts";
import { type Clock, Fault, type Id, parseId, personal } from "../kit/index.ts";
import { EVERY_ROW, type Filter } from "../model/filter.ts";
import type { Step, Store, View } from "../store/index.ts";
import type { Trail } from "../trail/index.ts";

interface OwedNeeds {
  readonly store: Store;
  readonly trail: Trail;
  readonly data: Pick<Data, "subject">;
  readonly identity: Pick<Identity, "people">;
  readonly clock: Clock;
}

const LEDGER_ORDER = { by: "the ledger of a restore", visit: undefined };

/** What is done again for each word of the ledger: one row a word. Each may be done twice. */
const DEEDS: Readonly<Record<string, (needs: OwedNeeds, view: View, who: string) => Promise<readonly Step[]>>> = {
  erased: removeAccount,
  removed: removeAccount,
  leaving: async ({ identity }, view, who) => {
    const id = parseId(who);
    const row = id === undefined ? undefined : await view.get(ACCOUNTS, [id], ["deleted_at"]);
    if (id !== undefined && row !== undefined && row[0] === null) await (await identity.people()).remove(LEDGER_ORDER, id);
    return [];
  },
  staying: async ({ identity }, _view, who) => {
    const id = parseId(who);
    if (id !== undefined) await (await identity.people()).keep(LEDGER_ORDER, id);
    return [];
  },
  password: async (needs, view, who) =>
    changeAccount(needs, view, who, { password: null }, "password ended: it was changed after the backup"),
  // Which ones were taken away is not in the ledger; too few can be given again.
  roles: async (needs, view, who) => changeAccount(needs, view, who, { roles: "[]" }, "roles ended: they were changed after the backup"),
  key: revokeKey,
};

/** After a restore and before anybody is served: erases and revokes again what the ledger knows and the backup did not. */
export async function settleOwed(needs: OwedNeeds): Promise<readonly string[]> {
  const { store, data } = needs;
  const columns = ["number", "what", "who"] as const;
  const order = [{ column: "number", direction: "asc", nulls: "last" }] as const;
  const owed = await store.view((view) => view.read({ table: OWED, columns, where: EVERY_ROW, order }));
  for (const [number, what, who] of owed) {
    const deed = DEEDS[String(what)];
    if (deed === undefined)
      throw new Fault("backup.refused", `The ledger asks for ${String(what)}, which this version cannot do. Start a newer one.`);
    const id = parseId(String(who));
    if (what === "erased" && id !== undefined) await (await data.subject()).erase(id);
    const steps = await store.view((view) => deed(needs, view, String(who)));
    const done: Step = { do: "clear", table: OWED, where: is("number", Number(number)) };
    const receipt = await store.commit({ steps: [...steps, done] });
    if (!receipt.committed) throw new Fault("data.conflict", "What the ledger asks for could not be done. Start again.");
  }
  return owed.length === 0 ? [] : [`${owed.length} erasures and revocations of the ledger were done again.`];
}

async function removeAccount(needs: OwedNeeds, view: View, who: string): Promise<readonly Step[]> {
  const id = parseId(who);
  if (id === undefined) return [];
  const accounts = identityTables.find(({ name }) => name === ACCOUNTS);
  // Whatever may be empty is who it was.
  const nobody = Object.fromEntries((accounts?.columns ?? []).filter(({ nullable }) => nullable).map(({ name }) => [name, null]));
  const set = { ...nobody, roles: "[]", factors_verified: 0, deleted_at: Math.floor(needs.clock.now() * 1_000) };
  const theirs = identityTables.filter(({ columns }) => columns.some(({ name }) => name === "account"));
  return [
    ...(await changeAccount(needs, view, who, set, "removed: it was removed after the backup")),
    ...theirs.map(({ name }): Step => ({ do: "clear", table: name, where: is("account", id) })),
    ...needs.trail.forget(id),
  ];
}

const ACCOUNTS = "identity.accounts";
const KEYS = "identity.client_keys";

async function changeAccount(
  { trail, clock }: OwedNeeds,
  view: View,
  who: string,
  set: Readonly<Record<string, null | string | number>>,
  what: string,
): Promise<readonly Step[]> {
  const id = parseId(who);
  const row = id === undefined ? undefined : await view.get(ACCOUNTS, [id], ["row_version"]);
  if (id === undefined || row === undefined) return [];
  const event = { kind: "account.changed", at: clock.now(), account: personal(who, id), what } as const;
  return [{ do: "update", table: ACCOUNTS, key: [id], version: Number(row[0]), set }, ...trail.entry(event)];
}

async function revokeKey({ trail, clock }: OwedNeeds, view: View, who: string): Promise<readonly Step[]> {
  const id: Id | undefined = parseId(who);
  const row = id === undefined ? undefined : await view.get(KEYS, [id], ["row_version"]);
  if (id === undefined || row === undefined) return [];
  const set = { revoked_at: Math.floor(clock.now() * 1_000) };
  return [
    { do: "update", table: KEYS, key: [id], version: Number(row[0]), set },
    ...trail.entry({ kind: "key.revoked", at: clock.now(), key: who }),
  ];
}

function is(column: string, value: number | Uint8Array): Filter {
  return { op: "compare", sense: "is", column, by: "eq", value };
}
