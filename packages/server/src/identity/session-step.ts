import type { Step } from "../store/contract.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { AccountRow } from "./account-rows.ts";
import { micros } from "./cells.ts";
import type { Issued, Visit } from "./contract.ts";
import type { Core } from "./core.ts";
import type { Outbox } from "./mailbox.ts";
import { writeRefreshToken } from "./refresh-tokens.ts";
import { refusal } from "./refusals.ts";
import { SESSIONS, type SessionRow } from "./session-rows.ts";

/** The steps that make a change true, and what its owner is told once they are committed. */
export interface Prepared {
  readonly steps: readonly Step[];
  readonly issued: Omit<Issued, "account">;
}

export interface Needs {
  readonly core: Core;
  readonly tokens: AccessTokens;
  readonly outbox: Outbox;
  /** Whether an account whose address is not confirmed may have a session on this visit. */
  readonly mayBeUnconfirmed: (visit: Visit) => boolean;
}

/** n → n + 1, expecting the row as it was read. */
export function step(needs: Needs, session: SessionRow, { rotatedAt }: { readonly rotatedAt: number }): Prepared {
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

export function tokensOf(needs: Needs, session: SessionRow): Omit<Issued, "account"> {
  const { tokens } = needs;
  const { vault, plan } = needs.core;
  const { token: accessToken, expiresAt } = tokens.write({ ...session, session: session.id });
  return {
    accessToken,
    refreshToken: writeRefreshToken(vault, session).token,
    expiresAt,
    lifetimeMs: plan.accounts.accessTokenMs,
    aal: session.aal,
  };
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
