import type { Event } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";
import { findAccount } from "./account-rows.ts";
import { openAccount } from "./account-view.ts";
import type { Issued, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { isOurs, readRefreshToken, writeRefreshToken } from "./refresh-tokens.ts";
import { refusal } from "./refusals.ts";
import { findSession, SESSIONS, type SessionRow } from "./session-rows.ts";
import { type Needs, refuseAccount, refuseExpired, step, tokensOf } from "./session-step.ts";

/** How long an answer that was lost may be asked for again. */
const GRACE_MS = 30_000;

export async function refresh(needs: Needs, visit: Visit, text: string): Promise<Issued> {
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
        refuseAccount(account, now, needs.mayBeUnconfirmed(visit));
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

/** The same successor once more. Where the token key has changed meanwhile its spelling has too, and both stay good. */
function again(needs: Needs, session: SessionRow): { readonly batch?: { readonly steps: readonly Step[] } } {
  const { vault } = needs.core;
  const { keyId } = writeRefreshToken(vault, session);
  if (keyId === session.keyId) return {};
  const set = { key_id: keyId, previous_key_id: session.keyId };
  return { batch: { steps: [{ do: "update", table: SESSIONS, key: [session.id], version: session.version, set }] } };
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

/** The token before the newest, while nobody has used the newest, for half a minute of a clock that goes forward. */
function isWithinGrace(session: SessionRow, n: number, now: number): boolean {
  const sinceMs = now - session.rotatedAt;
  return n === session.n - 1 && sinceMs >= 0 && sinceMs <= GRACE_MS;
}
