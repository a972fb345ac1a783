import { compareBytes, type Event, type Id, utf8 } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import type { AccessTokens, Method } from "./access-tokens.ts";
import { type AccountRow, findAccount, openAccount } from "./account-rows.ts";
import { bytesOf, micros } from "./cells.ts";
import type { Issued, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { isOurs, readRefreshToken, writeRefreshToken } from "./refresh-tokens.ts";
import { refusal } from "./refusals.ts";
import { clearSessions, findSession, ofAccount, SESSIONS, type SessionRow } from "./session-rows.ts";

/** How long an answer that was lost may be asked for again. */
const GRACE_MS = 30_000;
const SALT_BYTES = 16;
const AGENT_BYTES_MAX = 256;
const SESSIONS_PER_ACCOUNT_MAX = 100;
/** Consecutive failures after which a password, or a code, is not even looked at (NIST SP 800-63B-4 §3.2.2). */
export const FAILURES_IN_A_ROW_MAX = 100;

/** What was shown to get a session. */
export interface Proof {
  readonly method: Method;
  /** A redeemed code confirms the address in the same commit. */
  readonly confirms: boolean;
}

/** The steps that make a change true, and what its owner is told once they are committed. */
export interface Prepared {
  readonly steps: readonly Step[];
  readonly issued: Omit<Issued, "account">;
}

/** The only writer of sessions. Nothing else in the house inserts, rotates, raises or ends one. */
export interface Sessions {
  /** The one way to a session: every check of the account stands here and is repeated in the snapshot of the commit. */
  issue(view: View, account: AccountRow, visit: Visit, proof: Proof): Promise<Prepared>;
  refresh(visit: Visit, token: string): Promise<Issued>;
  /** Lifts a session to level 2; the tokens from before stay at level 1, and their refresh has no grace. */
  raise(session: SessionRow, visit: Visit): Prepared;
  /** The password was chosen or shown just now, in this session. */
  proved(session: SessionRow): Step;
  /** Ends sessions of one account and says so in the trail; `keep` is the one that goes on. */
  end(
    view: View,
    account: Id,
    visit: Visit | undefined,
    scope: { readonly name: string; readonly only?: Id; readonly keep?: Id },
  ): Promise<readonly Step[]>;
}

interface Needs {
  readonly core: Core;
  readonly tokens: AccessTokens;
}

export function createSessions(needs: Needs): Sessions {
  return {
    issue: (...given) => issue(needs, ...given),
    refresh: (...given) => refresh(needs, ...given),
    raise: (...given) => raise(needs, ...given),
    proved: (...given) => proved(needs, ...given),
    end: (...given) => end(needs, ...given),
  };
}

async function issue(needs: Needs, view: View, account: AccountRow, visit: Visit, proof: Proof): Promise<Prepared> {
  const { core } = needs;
  const { vault, clock, cells, plan } = core;
  const now = clock.now();
  refuseAccount(account, now, visit.loopback || proof.confirms);
  const id = vault.newId();
  const salt = vault.randomBytes(SALT_BYTES);
  const { keyId } = writeRefreshToken(vault, { id, salt, n: 0 });
  const agent = utf8(visit.agent ?? "").subarray(0, AGENT_BYTES_MAX);
  const row = { id, account: account.id, salt, n: 0, keyId, previousKeyId: keyId, rotatedAt: 0, aal: 1, mfaAt: null } as const;
  const session: SessionRow = {
    ...row,
    version: 1,
    method: proof.method,
    provedAt: now,
    seenAt: now,
    notAfter: now + plan.accounts.sessionMaxMs,
  };
  const insert: Step = {
    do: "insert",
    table: SESSIONS,
    row: {
      id,
      account: account.id,
      salt,
      n: 0,
      key_id: keyId,
      previous_key_id: keyId,
      rotated_at: 0,
      aal: 1,
      mfa_at: null,
      method: proof.method,
      proved_at: micros(now),
      created_at: micros(now),
      seen_at: micros(now),
      not_after: micros(session.notAfter),
      agent: agent.length === 0 ? null : cells.seal(agent, { table: SESSIONS, column: "agent", row: id, account: account.id }),
    },
  };
  const event: Event = {
    kind: "session.issued",
    ...circumstances(core, visit, account.id),
    account: named(account.id, account.id),
    session: named(id, account.id),
    level: 1,
    method: proof.method,
  };
  return {
    steps: [...(await makeRoom(view, account.id, now)), insert, ...entries(core, [event])],
    issued: tokensOf(needs, session),
  };
}

/** Expired sessions go, and the oldest of too many. */
async function makeRoom(view: View, account: Id, now: number): Promise<readonly Step[]> {
  const expired = { op: "compare", sense: "is", column: "not_after", by: "lt", value: micros(now) } as const;
  const steps = [clearSessions({ op: "all", of: [ofAccount(account), expired] })];
  const spare = await view.read({
    table: SESSIONS,
    columns: ["id"],
    where: ofAccount(account),
    order: [{ column: "created_at", direction: "desc", nulls: "last" }],
    offset: SESSIONS_PER_ACCOUNT_MAX - 1,
    limit: SESSIONS_PER_ACCOUNT_MAX,
  });
  if (spare.length === 0) return steps;
  return [...steps, clearSessions({ op: "in", sense: "is", column: "id", values: spare.map(([id]) => bytesOf(id)) })];
}

async function refresh(needs: Needs, visit: Visit, text: string): Promise<Issued> {
  const { core } = needs;
  const { store, vault, clock, cells, plan } = core;
  const presented = readRefreshToken(text);
  if (presented === undefined) throw refusal("refresh_token_not_found");
  return core.turns.take(`session:${Buffer.from(presented.session).toString("hex")}`, async () => {
    const answer = await store.transact<Issued | "reused">(
      async (view) => {
        const session = await findSession(view, presented.session);
        if (session === undefined || !isOurs(vault, presented, session.salt, [session.keyId, session.previousKeyId])) {
          throw refusal("refresh_token_not_found");
        }
        const account = await findAccount(view, session.account);
        const now = clock.now();
        if (account === undefined) throw refusal("refresh_token_not_found");
        refuseAccount(account, now, visit.loopback);
        refuseExpired(session, now, plan.accounts.sessionIdleMs);
        const told = await openAccount(view, cells, account);
        if (presented.n === session.n) {
          const next = step(needs, session, { rotatedAt: now });
          return { batch: { steps: next.steps }, result: { ...next.issued, account: told } };
        }
        if (isWithinGrace(session, presented.n, now))
          return { ...again(needs, session), result: { ...tokensOf(needs, session), account: told } };
        return { batch: { steps: reuseSteps(needs, session, visit) }, result: "reused" };
      },
      () => {
        throw refusal("refresh_token_not_found");
      },
    );
    if (answer === "reused") throw refusal("refresh_token_already_used");
    return answer;
  });
}

function raise(needs: Needs, session: SessionRow, visit: Visit): Prepared {
  const { core } = needs;
  const { clock } = core;
  const now = clock.now();
  const { steps, issued } = step(needs, { ...session, aal: 2, mfaAt: now }, { rotatedAt: 0 });
  const event: Event = {
    kind: "session.raised",
    ...circumstances(core, visit, session.account),
    account: named(session.account, session.account),
    session: named(session.id, session.account),
    level: 2,
  };
  return { steps: [...steps, ...entries(core, [event])], issued };
}

/** n → n + 1, expecting the row as it was read. */
function step(needs: Needs, session: SessionRow, { rotatedAt }: { readonly rotatedAt: number }): Prepared {
  const { vault, clock } = needs.core;
  const n = session.n + 1;
  const { keyId } = writeRefreshToken(vault, { ...session, n });
  const next: SessionRow = { ...session, n, keyId, previousKeyId: session.keyId, rotatedAt, seenAt: clock.now() };
  const set = {
    n,
    key_id: keyId,
    previous_key_id: session.keyId,
    rotated_at: micros(rotatedAt),
    aal: next.aal,
    mfa_at: next.mfaAt === null ? null : micros(next.mfaAt),
    seen_at: micros(next.seenAt),
  };
  return { steps: [{ do: "update", table: SESSIONS, key: [session.id], version: session.version, set }], issued: tokensOf(needs, next) };
}

/** The same successor once more. Where the token key has changed meanwhile its spelling has too, and both stay good. */
function again(needs: Needs, session: SessionRow): { readonly batch?: { readonly steps: readonly Step[] } } {
  const { vault } = needs.core;
  const { keyId } = writeRefreshToken(vault, session);
  if (keyId === session.keyId) return {};
  const set = { key_id: keyId, previous_key_id: session.keyId };
  return { batch: { steps: [{ do: "update", table: SESSIONS, key: [session.id], version: session.version, set }] } };
}

function tokensOf(needs: Needs, session: SessionRow): Omit<Issued, "account"> {
  const { tokens } = needs;
  const { vault, plan } = needs.core;
  const { token: accessToken, expiresAt } = tokens.write({ ...session, session: session.id });
  return { accessToken, refreshToken: writeRefreshToken(vault, session).token, expiresAt, lifetimeMs: plan.accounts.accessTokenMs };
}

function reuseSteps(needs: Needs, session: SessionRow, visit: Visit): readonly Step[] {
  const { core } = needs;
  const [account, of] = [named(session.account, session.account), circumstances(core, visit, session.account)];
  const events: Event[] = [
    { kind: "session.reused", ...of, account, session: named(session.id, session.account) },
    { kind: "session.ended", ...of, account, scope: "reuse", count: 1 },
  ];
  return [{ do: "delete", table: SESSIONS, key: [session.id], version: session.version }, ...entries(core, events)];
}

async function end(
  needs: Needs,
  view: View,
  account: Id,
  visit: Visit | undefined,
  { name, only, keep }: Parameters<Sessions["end"]>[3],
): Promise<readonly Step[]> {
  const { core } = needs;
  const rows = await view.read({ table: SESSIONS, columns: ["id"], where: ofAccount(account), limit: SESSIONS_PER_ACCOUNT_MAX * 2 });
  const ids = rows
    .map(([id]) => bytesOf(id))
    .filter((id) => {
      if (only !== undefined) return compareBytes(id, only) === 0;
      return keep === undefined || compareBytes(id, keep) !== 0;
    });
  if (ids.length === 0) return [];
  const event: Event = {
    kind: "session.ended",
    ...circumstances(core, visit, account),
    account: named(account, account),
    scope: name,
    count: ids.length,
  };
  return [clearSessions({ op: "in", sense: "is", column: "id", values: ids }), ...entries(core, [event])];
}

function proved(needs: Needs, session: SessionRow): Step {
  const { clock } = needs.core;
  const set = { method: "password", proved_at: micros(clock.now()) };
  return { do: "update", table: SESSIONS, key: [session.id], version: session.version, set };
}

/** States of an account in which it has no session, whatever was shown. */
export function refuseAccount(
  account: Pick<AccountRow, "deletedAt" | "bannedUntil" | "confirmedAt">,
  now: number,
  mayBeUnconfirmed: boolean,
): void {
  if (account.deletedAt !== null) throw refusal("invalid_credentials");
  if (account.bannedUntil !== null && account.bannedUntil > now) throw refusal("user_banned");
  if (account.confirmedAt === null && !mayBeUnconfirmed) throw refusal("email_not_confirmed");
}

export function refuseExpired(session: Pick<SessionRow, "notAfter" | "seenAt">, now: number, idleMs: number): void {
  if (session.notAfter <= now || now - session.seenAt > idleMs) throw refusal("session_expired");
}

/** The token before the newest, while nobody has used the newest, for half a minute of a clock that goes forward. */
function isWithinGrace(session: SessionRow, n: number, now: number): boolean {
  const sinceMs = now - session.rotatedAt;
  return n === session.n - 1 && sinceMs >= 0 && sinceMs <= GRACE_MS;
}
