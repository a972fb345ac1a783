import { equalBytes, type Id } from "../kit/index.ts";
import type { Plan } from "../model/plan.ts";
import type { Row, View } from "../store/contract.ts";
import type { TokenContent } from "./access-tokens.ts";
import { houseRoleOf } from "./account-rows.ts";
import type { Actor } from "./actor.ts";
import { bytesOf, listOf, millis, numberOf, orNull } from "./cells.ts";
import { refusal } from "./refusals.ts";
import { SESSIONS } from "./session-rows.ts";

const ACCOUNTS = "identity.accounts";
const SESSION_COLUMNS = ["account", "aal", "mfa_at", "seen_at", "not_after", "row_version"] as const;
const ACCOUNT_COLUMNS = ["roles", "house_role", "tenant", "factors_verified", "banned_until", "deleted_at"] as const;

/** A session and its account: all that does not depend on the time. */
export interface Standing {
  readonly id: Id;
  readonly version: number;
  readonly seenAt: number;
  readonly notAfter: number;
  readonly bannedUntil: number | null;
  readonly actor: Actor;
}

/**
 * What the session behind a token may do, in two point reads. It is remembered until sessions or accounts are written: each view
 * tells by its stamps whether its rows are still those that were read.
 */
export interface Standings {
  /** What was read in another view, where this one has the same rows. */
  known(claims: TokenContent, view: View): Standing | undefined;
  /** Fault `auth.invalid` where the session or its account has ended. */
  read(claims: TokenContent, view: View): Promise<Standing>;
}

interface Remembered {
  readonly standing: Standing;
  /** The stamps of the tables that it was read from. */
  readonly sessions: number;
  readonly accounts: number;
}

export function createStandings(plan: Pick<Plan, "accounts">): Standings {
  const remembered = new WeakMap<TokenContent, Remembered>();
  return {
    known(claims, view) {
      const kept = remembered.get(claims);
      const isSame = kept !== undefined && kept.sessions === view.stamp(SESSIONS) && kept.accounts === view.stamp(ACCOUNTS);
      return isSame ? kept.standing : undefined;
    },
    async read(claims, view) {
      const session = await view.get(SESSIONS, [claims.session], SESSION_COLUMNS);
      if (session === undefined || !equalBytes(bytesOf(session[0]), claims.account)) throw refusal("session_not_found");
      const account = await view.get(ACCOUNTS, [claims.account], ACCOUNT_COLUMNS);
      if (account === undefined || account[5] !== null) throw refusal("session_not_found");
      const standing: Standing = {
        id: claims.session,
        version: numberOf(session[5]),
        seenAt: millis(numberOf(session[3])),
        notAfter: millis(numberOf(session[4])),
        bannedUntil: orNull(account[4], (value) => millis(numberOf(value))),
        actor: actorOf(plan, claims, session, account),
      };
      const [sessions, accounts] = [view.stamp(SESSIONS), view.stamp(ACCOUNTS)];
      if (sessions !== undefined && accounts !== undefined) remembered.set(claims, { standing, sessions, accounts });
      return standing;
    },
  };
}

function actorOf(plan: Pick<Plan, "accounts">, claims: TokenContent, session: Row, account: Row): Actor {
  // A token keeps the level that it was made at: one from before the second factor is not raised with its session (ASVS 7.2.4).
  const aal = claims.aal === 2 && session[1] === 2 ? 2 : 1;
  const shownAt = orNull(session[2], (value) => millis(numberOf(value)));
  return {
    kind: "account",
    id: claims.account,
    sessionId: claims.session,
    tenant: orNull(account[2], bytesOf),
    roles: listOf(account[0]),
    houseRole: houseRoleOf(account[1]),
    aal,
    mfaAt: aal === 2 ? earlier(claims.mfaAt, shownAt) : null,
    unfinished: isUnfinished(plan, aal, numberOf(account[3]) > 0),
  };
}

/** A session that still owes its factor, or the enrolment of one where the plan requires it. */
export function isUnfinished({ accounts }: Pick<Plan, "accounts">, aal: 1 | 2, hasFactor: boolean): boolean {
  return aal === 1 && (hasFactor || accounts.secondFactor === "required");
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.min(a, b);
}
