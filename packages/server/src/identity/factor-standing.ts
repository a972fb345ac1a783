import { equalBytes, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { type AccountRow, findAccount, updateAccount } from "./account-rows.ts";
import { bytesOf, micros, numberOf } from "./cells.ts";
import type { Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import type { Outbox } from "./mailbox.ts";
import { type AccountActor, accountIn, FRESH_MS } from "./own.ts";
import { refusal } from "./refusals.ts";
import { findSession, type SessionRow } from "./session-rows.ts";
import type { Sessions } from "./sessions.ts";

export const FACTORS = "identity.factors";
export const USED_STEPS = "identity.used_steps";
export const RECOVERY_CODES = "identity.recovery_codes";
export interface FactorRow {
  readonly id: Id;
  readonly version: number;
  readonly isVerified: boolean;
  readonly secret: Uint8Array;
}

export interface Standing {
  readonly actor: AccountActor;
  readonly account: AccountRow;
  readonly session: SessionRow;
}

export interface Needs {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly outbox: Outbox;
}

export async function standingIn(visit: Visit, view: View): Promise<Standing> {
  const actor = await accountIn(visit, view);
  const [account, session] = [await findAccount(view, actor.id), await findSession(view, actor.sessionId)];
  if (account === undefined || session === undefined) throw refusal("session_not_found");
  return { actor, account, session };
}

/**
 * With a factor: it must have been shown in these ten minutes. Without one: the password must have been. Two stand on the code that
 * they redeemed instead: whoever was invited and has no password yet, and, where a second factor is required, whoever recovers an
 * account that has none. There the new password needs the factor, so the factor cannot need the new password.
 */
export function refuseChange(needs: Needs, { actor, account, session }: Standing): void {
  const { clock, plan } = needs.core;
  const now = clock.now();
  if (account.factorsVerified > 0) {
    if (actor.aal !== 2 || actor.mfaAt === null || now - actor.mfaAt > FRESH_MS) throw refusal("insufficient_aal");
    return;
  }
  const isProved = session.method === "password" || account.password === null || plan.accounts.secondFactor === "required";
  if (!isProved || now - session.provedAt > FRESH_MS) throw refusal("reauthentication_needed");
}

export function markVerified(needs: Needs, factor: FactorRow): Step {
  const { clock } = needs.core;
  return {
    do: "update",
    table: FACTORS,
    key: [factor.id],
    version: factor.version,
    set: { verified: 1, updated_at: micros(clock.now()) },
  };
}

export function told(needs: Needs, visit: Visit, account: Id, what: string): readonly Step[] {
  const { core } = needs;
  return entries(core, [
    { kind: "factor.changed", ...circumstances(core, visit, account), account: named(account, account), factor: "totp", what },
  ]);
}

export async function findFactor(view: View, id: Id, account: Id): Promise<FactorRow | undefined> {
  const row = await view.get(FACTORS, [id], ["account", "row_version", "verified", "secret"]);
  if (row === undefined || !equalBytes(bytesOf(row[0]), account)) return undefined;
  return { id, version: numberOf(row[1]), isVerified: row[2] === 1, secret: bytesOf(row[3]) };
}

export function removeSteps(account: AccountRow, factor: FactorRow): readonly Step[] {
  const fewer = factor.isVerified ? [updateAccount(account, { factors_verified: account.factorsVerified - 1, failed_codes: 0 })] : [];
  const ofFactor = { op: "compare", sense: "is", column: "factor", by: "eq", value: factor.id } as const;
  // Without a factor there is nothing that a recovery code would stand for; the next first factor comes with its own.
  const isLast = factor.isVerified && account.factorsVerified === 1;
  return [
    ...(isLast ? [clearRecoveryCodes(account.id)] : []),
    { do: "clear", table: USED_STEPS, where: ofFactor },
    { do: "delete", table: FACTORS, key: [factor.id], version: factor.version },
    ...fewer,
  ];
}

export function clearUnverified(account: Id): Step {
  const ofAccount = { op: "compare", sense: "is", column: "account", by: "eq", value: account } as const;
  const unverified = { op: "compare", sense: "is", column: "verified", by: "eq", value: 0 } as const;
  return { do: "clear", table: FACTORS, where: { op: "all", of: [ofAccount, unverified] } };
}

export function clearRecoveryCodes(account: Id): Step {
  return { do: "clear", table: RECOVERY_CODES, where: { op: "compare", sense: "is", column: "account", by: "eq", value: account } };
}
