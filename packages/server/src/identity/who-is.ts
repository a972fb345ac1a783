import ipaddr from "ipaddr.js";
import { type Clock, Fault, formatId } from "../kit/index.ts";
import type { Plan } from "../model/plan.ts";
import type { View } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { type Actor, NOBODY } from "./actor.ts";
import { bytesOf, listOf, millis, numberOf } from "./cells.ts";
import type { Credentials } from "./contract.ts";
import { kindOf, readKey } from "./key-text.ts";
import { splitHash } from "./one-time-codes.ts";
import { refusal } from "./refusals.ts";
import type { Seen } from "./session-rows.ts";
import { refuseExpired } from "./session-step.ts";
import { createStandings, type Standing } from "./standings.ts";

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

/** Two point reads at most for an account, one for a key, none for nobody. */
export function createWhoIs({ vault, clock, plan, tokens, seen, publishableKey }: Needs): WhoIs {
  const standings = createStandings(plan);
  return async (credentials, view) => {
    const { apikey, bearer } = credentials;
    const bearerKind = bearer === undefined ? undefined : kindOf(bearer);
    if (bearerKind !== undefined && apikey !== undefined && apikey !== bearer) throw mixed();
    const app = apikey === undefined || apikey === publishableKey ? NOBODY : await keyActor(apikey, credentials, view);
    if (bearer === undefined) return NOBODY; // an apikey names the app and gives nothing
    if (bearerKind !== undefined) return apikey === bearer ? app : await keyActor(bearer, credentials, view);
    const claims = tokens.read(bearer);
    if (claims === undefined) throw refusal("bad_jwt");
    return accountActor(standings.known(claims, view) ?? (await standings.read(claims, view)));
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

  function accountActor(standing: Standing): Actor {
    const now = clock.now();
    refuseExpired(standing, now, plan.accounts.sessionIdleMs);
    if (standing.bannedUntil !== null && standing.bannedUntil > now) throw refusal("user_banned");
    seen.note(standing);
    return standing.actor;
  }
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
