import { type Event, formatId, type Id, parseId } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { findAccount, findByAddress, updateAccount } from "./account-rows.ts";
import { openAccount } from "./account-view.ts";
import { normaliseAddress } from "./address.ts";
import { findChange } from "./address-change-rows.ts";
import { bytesOf, millis, numberOf, orNull, textOf } from "./cells.ts";
import { CHALLENGES } from "./challenges.ts";
import type { Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { allDelayed, dueNow } from "./delayed.ts";
import { FACTORS, type Needs, refuseChange, standingIn, USED_STEPS } from "./factor-standing.ts";
import { beginErasure, keepAccount, leave, removeAccount } from "./leave.ts";
import { conflict } from "./own.ts";
import type { AccountExport, ErasureSteps, People, SessionInfo } from "./people-contract.ts";
import { countRecoveryCodes, makeRecoveryCodes } from "./recovery-codes.ts";
import { refusal } from "./refusals.ts";
import { resetDue, resetFactors, stopOwnReset, stopReset } from "./reset-factors.ts";
import { ofAccount, SESSIONS } from "./session-rows.ts";
import { tables } from "./tables.ts";

const ROWS_READ_MAX = 1_000;
const ACCOUNTS = "identity.accounts";

export function createPeople(needs: Needs): People {
  const { store } = needs.core;
  return {
    leave: (visit) => leave(needs, visit),
    remove: (order, account) => removeAccount(needs, order, account),
    keep: (order, account) => keepAccount(needs, order, account),
    resetFactors: (order, account) => resetFactors(needs, order, account),
    stopReset: (order, account) => stopReset(needs, order, account),
    stopOwnReset: (visit) => stopOwnReset(needs, visit),
    resetDue: (now) => resetDue(needs, now),
    recoveryCodesLeft: (visit) =>
      store.view(async (view) => {
        const { actor, account } = await standingIn(visit, view);
        if (actor.unfinished) throw refusal("insufficient_aal");
        return countRecoveryCodes(view, account.id);
      }),
    renewRecoveryCodes: (visit) => renew(needs, visit),
    find: (text) => store.view((view) => find(needs, view, text)),
    export: (account) => store.view((view) => exportAccount(needs, view, account)),
    requireFreshProof: (visit) => store.view((view) => requireFreshProof(needs, view, visit)),
    dueErasures: (now) => store.view(async (view) => (await dueNow(view, "erasure", now)).map(({ account }) => account)),
    beginErasure: (order, account) => beginErasure(needs, order, account),
    erasureSteps: (view, account, shell) => erasureSteps(needs, store.within(view), account, shell),
  };
}

async function find({ core }: Needs, view: View, text: string): Promise<Id | undefined> {
  const id = parseId(text);
  if (id !== undefined) return (await findAccount(view, id))?.id;
  const address = normaliseAddress(text.trim());
  return address === undefined ? undefined : (await findByAddress(view, core.cells, address))?.id;
}

/** Needs the fresh factor, like any change of factors: who holds these can do without it. */
async function renew(needs: Needs, visit: Visit): Promise<readonly string[]> {
  const { core } = needs;
  const id = await core.store.view(async (view) => (await standingIn(visit, view)).account.id);
  return core.turns.take(formatId(id), () =>
    core.store.transact<readonly string[]>(async (view) => {
      const standing = await standingIn(visit, view);
      if (standing.account.factorsVerified === 0) throw refusal("mfa_factor_not_found");
      refuseChange(needs, standing);
      const made = makeRecoveryCodes(core, id);
      const event: Event = {
        kind: "factor.changed",
        ...circumstances(core, visit, id),
        account: named(id, id),
        factor: "recovery codes",
        what: "renewed",
      };
      return { batch: { steps: [...made.steps, ...entries(core, [event])] }, result: made.codes };
    }, conflict),
  );
}

async function requireFreshProof(needs: Needs, view: View, visit: Visit): Promise<Id> {
  const standing = await standingIn(visit, view);
  if (standing.actor.unfinished) throw refusal("insufficient_aal");
  refuseChange(needs, standing);
  return standing.account.id;
}

async function exportAccount({ core }: Needs, view: View, id: Id): Promise<AccountExport> {
  const row = await findAccount(view, id);
  if (row === undefined) throw refusal("user_not_found");
  const change = await findChange(core, view, id);
  const account = { ...(await openAccount(view, core.cells, row)), ...(change === undefined ? {} : { wantedAddress: change.wanted }) };
  return {
    account,
    hasPassword: row.password !== null,
    houseRole: row.houseRole,
    sessions: await readSessions({ core }, view, id),
    recoveryCodesLeft: await countRecoveryCodes(view, id),
    waiting: (await allDelayed(view, id)).map(({ what, by, askedAt, dueAt }) => ({ what, by, askedAt, dueAt })),
  };
}

async function readSessions({ core }: Pick<Needs, "core">, view: View, id: Id): Promise<readonly SessionInfo[]> {
  const columns = ["id", "aal", "method", "created_at", "seen_at", "not_after", "agent"];
  const rows = await view.read({ table: SESSIONS, columns, where: ofAccount(id), limit: ROWS_READ_MAX });
  return rows.map(([session, level, method, createdAt, seenAt, endsAt, agent]) => {
    const row = bytesOf(session);
    return {
      id: row,
      level: level === 2 ? 2 : 1,
      method: textOf(method),
      createdAt: millis(numberOf(createdAt)),
      seenAt: millis(numberOf(seenAt)),
      endsAt: millis(numberOf(endsAt)),
      agent: orNull(agent, (bytes) => core.cells.openText(bytesOf(bytes), { table: SESSIONS, column: "agent", row, account: id })),
    };
  });
}

/**
 * Every table of this room whose rows name their account in `account` is reached, also one that is added later; what hangs on a
 * factor or on a session goes with it. The account's row goes, unless rows of others go on naming its id.
 */
async function erasureSteps({ core }: Needs, view: View, id: Id, shell: boolean): Promise<ErasureSteps> {
  const account = await findAccount(view, id);
  if (account === undefined) throw refusal("user_not_found");
  const under = [
    { table: USED_STEPS, column: "factor", values: await idsOf(view, FACTORS, id) },
    { table: CHALLENGES, column: "session", values: await idsOf(view, SESSIONS, id) },
  ].filter(({ values }) => values.length > 0);
  const owned = tables.filter(({ columns }) => columns.some(({ name }) => name === "account")).map(({ name }) => name);
  const clears: Step[] = [
    ...under.map(({ table, column, values }): Step => ({ do: "clear", table, where: { op: "in", sense: "is", column, values } })),
    ...owned.map((table): Step => ({ do: "clear", table, where: ofAccount(id) })),
  ];
  const row: Step = shell
    ? updateAccount(account, { ...EMPTY, deleted_at: account.deletedAt === null ? core.clock.now() * 1_000 : account.deletedAt * 1_000 })
    : { do: "delete", table: ACCOUNTS, key: [id], version: account.version };
  return { steps: [...clears, row], clears: [...under.map(({ table }) => table), ...owned] };
}

async function idsOf(view: View, table: string, account: Id): Promise<readonly Id[]> {
  const rows = await view.read({ table, columns: ["id"], where: ofAccount(account), limit: ROWS_READ_MAX });
  return rows.map(([id]) => bytesOf(id));
}

const EMPTY = {
  address: null,
  address_even: null,
  address_odd: null,
  password: null,
  roles: "[]",
  house_role: null,
  tenant: null,
  user_metadata: null,
  app_metadata: null,
  confirmed_at: null,
  invited_at: null,
  last_sign_in_at: null,
  banned_until: null,
  factors_verified: 0,
  failed_passwords: 0,
  failed_codes: 0,
  failed_mail_codes: 0,
  created_at: 0,
  updated_at: 0,
};
