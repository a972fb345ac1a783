import { type Event, type Id, utf8 } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import type { AccountRow } from "./account-rows.ts";
import { bytesOf, micros } from "./cells.ts";
import type { Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { noticeDevice } from "./devices.ts";
import type { Posted } from "./mailbox.ts";
import { writeRefreshToken } from "./refresh-tokens.ts";
import { clearSessions, ofAccount, SESSIONS, type SessionRow } from "./session-rows.ts";
import { type Needs, type Prepared, refuseAccount, tokensOf } from "./session-step.ts";
import type { Proof } from "./sessions.ts";

const SALT_BYTES = 16;
const AGENT_BYTES_MAX = 256;
export const SESSIONS_PER_ACCOUNT_MAX = 100;

export interface Opened extends Prepared {
  /** Its steps are among the others; it is done when they are committed. */
  readonly notice: Posted;
}

export async function issue(needs: Needs, view: View, account: AccountRow, visit: Visit, proof: Proof): Promise<Opened> {
  const { core } = needs;
  const { vault, clock, cells, plan } = core;
  const now = clock.now();
  refuseAccount(account, now, proof.confirms || needs.mayBeUnconfirmed(visit));
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
  const notice = await noticeDevice(needs, view, account, visit);
  return {
    steps: [...(await makeRoom(view, account.id, now)), insert, ...notice.steps, ...entries(core, [event])],
    issued: tokensOf(needs, session),
    notice,
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
