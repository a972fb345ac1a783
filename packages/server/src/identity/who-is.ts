import ipaddr from "ipaddr.js";
import { type Clock, equalBytes, Fault, formatId, type Id } from "../kit/index.ts";
import type { Plan } from "../model/plan.ts";
import type { Row, View } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { AccessTokens, TokenContent } from "./access-tokens.ts";
import { houseRoleOf } from "./account-rows.ts";
import { type Actor, NOBODY } from "./actor.ts";
import { bytesOf, listOf, millis, numberOf, orNull } from "./cells.ts";
import type { Credentials } from "./contract.ts";
import { kindOf, readKey } from "./key-text.ts";
import { splitHash } from "./one-time-codes.ts";
import { refusal } from "./refusals.ts";
import { SESSIONS, type Seen } from "./session-rows.ts";
import { refuseExpired } from "./session-step.ts";

const SESSION_COLUMNS = ["account", "aal", "mfa_at", "seen_at", "not_after", "row_version"] as const;
const ACCOUNT_COLUMNS = ["roles", "house_role", "tenant", "factors_verified", "banned_until", "deleted_at"] as const;
const KEY_COLUMNS = ["hash", "scopes", "networks", "expires_at", "revoked_at"] as const;

interface Needs {
  readonly vault: Pick<Vault, "sha256" | "checkMac">;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly tokens: AccessTokens;
  readonly seen: Seen;
  readonly publishableKey: string;
}

export type WhoIs = (credentials: Credentials, view: View) => Promise<Actor>;

/**
 * Two point reads for an account, one for a key, none for nobody. What a session or a key may do is remembered for one snapshot
 * only, that is, until anything at all has been written.
 */
export function createWhoIs({ vault, clock, plan, tokens, seen, publishableKey }: Needs): WhoIs {
  const standings = new WeakMap<View, Map<TokenContent, Standing>>();
  return async (credentials, view) => {
    const { apikey, bearer } = credentials;
    const bearerKind = bearer === undefined ? undefined : kindOf(bearer);
    if (bearerKind !== undefined && apikey !== undefined && apikey !== bearer) throw mixed();
    const app = apikey === undefined ? NOBODY : await keyActor(apikey, credentials, view);
    if (bearer === undefined) return NOBODY; // an apikey names the app and gives nothing
    if (bearerKind !== undefined) return apikey === bearer ? app : keyActor(bearer, credentials, view);
    return accountActor(bearer, view);
  };

  async function keyActor(text: string, credentials: Credentials, view: View): Promise<Actor> {
    if (kindOf(text) !== "secret") {
      if (text !== publishableKey) throw foreign();
      return NOBODY;
    }
    if (credentials.browser) throw refusal("key_in_browser");
    const key = readKey(text, vault.sha256);
    const row = key && (await view.get("identity.client_keys", [key.id], KEY_COLUMNS));
    if (key === undefined || row === undefined) throw refusal("invalid_key");
    const isRight = vault.checkMac("client-key", splitHash(bytesOf(row[0])), [key.id, key.rest]);
    const isLive = row[4] === null && millis(numberOf(row[3])) > clock.now();
    if (!isRight || !isLive || !isWithin(credentials.address, listOf(row[2]))) throw refusal("invalid_key");
    return { kind: "service", keyId: formatId(key.id), scopes: listOf(row[1]) };
  }

  async function accountActor(token: string, view: View): Promise<Actor> {
    const claims = tokens.read(token);
    if (claims === undefined) throw refusal("bad_jwt");
    const standing = standings.get(view)?.get(claims) ?? (await readStanding(claims, view));
    const now = clock.now();
    refuseExpired(standing, now, plan.accounts.sessionIdleMs);
    if (standing.bannedUntil !== null && standing.bannedUntil > now) throw refusal("user_banned");
    seen.note(standing);
    return standing.actor;
  }

  /** What does not depend on the time is read once a snapshot: the same snapshot gives the same rows. */
  async function readStanding(claims: TokenContent, view: View): Promise<Standing> {
    const session = await view.get(SESSIONS, [claims.session], SESSION_COLUMNS);
    if (session === undefined || !equalBytes(bytesOf(session[0]), claims.account)) throw refusal("session_not_found");
    const account = await view.get("identity.accounts", [claims.account], ACCOUNT_COLUMNS);
    if (account === undefined || account[5] !== null) throw refusal("session_not_found");
    const standing: Standing = {
      id: claims.session,
      version: numberOf(session[5]),
      seenAt: millis(numberOf(session[3])),
      notAfter: millis(numberOf(session[4])),
      bannedUntil: orNull(account[4], (value) => millis(numberOf(value))),
      actor: actorOf(claims, session, account),
    };
    const ofView = standings.get(view) ?? new Map<TokenContent, Standing>();
    standings.set(view, ofView.set(claims, standing));
    return standing;
  }

  function actorOf(claims: TokenContent, session: Row, account: Row): Actor {
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
}

/** A session and its account as of one snapshot. */
interface Standing {
  readonly id: Id;
  readonly version: number;
  readonly seenAt: number;
  readonly notAfter: number;
  readonly bannedUntil: number | null;
  readonly actor: Actor;
}

/** A session that still owes its factor, or the enrolment of one where the plan requires it. */
export function isUnfinished({ accounts }: Pick<Plan, "accounts">, aal: 1 | 2, hasFactor: boolean): boolean {
  return aal === 1 && (hasFactor || accounts.secondFactor === "required");
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.min(a, b);
}

function mixed(): Fault {
  return new Fault(
    "request.malformed",
    "The apikey and the Bearer are two different keys; send the same one, or a user's token as Bearer.",
  );
}

function foreign(): Fault {
  return new Fault("request.malformed", "The apikey is not a key of this app.");
}

/** Whether an address lies in one of the networks; none named means everywhere. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  if (networks.length === 0) return true;
  if (!ipaddr.isValid(address)) return false;
  const from = ipaddr.process(address);
  return networks.some((network) => {
    const [range, bits] = ipaddr.parseCIDR(network);
    return range.kind() === from.kind() && from.match(range, bits);
  });
}
