import ipaddr from "ipaddr.js";
import { type Event, Fault, formatId, parseId } from "../kit/index.ts";
import { type Plan, scopesOf } from "../model/index.ts";
import { bytesOf, listOf, micros, millis, numberOf, orNull } from "./cells.ts";
import type { CreatedKey, KeyInfo, Keys, NewKey } from "./contract.ts";
import { type Core, circumstances, entries } from "./core.ts";
import { KEY_SECRET_BYTES, writeKey } from "./key-text.ts";
import { joinHash } from "./one-time-codes.ts";

const TABLE = "identity.client_keys";
const COLUMNS = ["id", "scopes", "networks", "created_at", "expires_at", "revoked_at", "row_version"] as const;
const DAY_MS = 86_400_000;
const LIFETIME_MS_MAX = 366 * DAY_MS;
export const KEY_LIFETIME_MS = 90 * DAY_MS;
const KEYS_MAX = 1_000;
const NETWORKS_MAX = 32;

/** Secret keys of clients that are servers: scopes, an end, networks; of the key itself only a MAC is kept. */
export function createKeys(core: Core): Keys {
  const { store, vault, clock, plan } = core;

  async function create({ scopes, lifetimeMs, networks }: NewKey): Promise<CreatedKey> {
    requireScopes(plan, scopes);
    requireNetworks(networks);
    if (!(lifetimeMs > 0 && lifetimeMs <= LIFETIME_MS_MAX)) throw new Fault("data.invalid", "A key lives for at most 366 days.");
    const id = vault.newId();
    const rest = vault.randomBytes(KEY_SECRET_BYTES);
    const now = clock.now();
    const expiresAt = now + lifetimeMs;
    const row = {
      id,
      hash: joinHash(vault.mac("client-key", [id, rest])),
      scopes: JSON.stringify([...new Set(scopes)]),
      networks: JSON.stringify(networks),
      created_at: micros(now),
      expires_at: micros(expiresAt),
      revoked_at: null,
    };
    const event: Event = { kind: "key.created", ...circumstances(core, undefined, null), key: formatId(id), scopes: scopes.join(" ") };
    await store.commit({ steps: [{ do: "insert", table: TABLE, row }, ...entries(core, [event])] });
    return { id: formatId(id), secretKey: writeKey({ kind: "secret", id, rest }, vault.sha256), expiresAt };
  }

  async function list(): Promise<readonly KeyInfo[]> {
    const rows = await store.view((view) => view.read({ table: TABLE, columns: COLUMNS, where: { op: "all", of: [] }, limit: KEYS_MAX }));
    return rows.map((row) => ({
      id: formatId(bytesOf(row[0])),
      scopes: listOf(row[1]),
      networks: listOf(row[2]),
      createdAt: millis(numberOf(row[3])),
      expiresAt: millis(numberOf(row[4])),
      revokedAt: orNull(row[5], (value) => millis(numberOf(value))),
    }));
  }

  async function revoke(text: string): Promise<boolean> {
    const id = parseId(text);
    if (id === undefined) return false;
    return store.transact<boolean>(
      async (view) => {
        const row = await view.get(TABLE, [id], ["row_version", "revoked_at"]);
        if (row === undefined) return { result: false };
        if (row[1] !== null) return { result: true };
        const event: Event = { kind: "key.revoked", ...circumstances(core, undefined, null), key: formatId(id) };
        const set = { revoked_at: micros(clock.now()) };
        return {
          batch: { steps: [{ do: "update", table: TABLE, key: [id], version: numberOf(row[0]), set }, ...entries(core, [event])] },
          result: true,
        };
      },
      () => false,
    );
  }

  return { create, list, revoke };
}

function requireScopes(plan: Plan, scopes: readonly string[]): void {
  const known = scopesOf(plan);
  const [unknown] = scopes.filter((scope) => !known.includes(scope));
  if (unknown !== undefined) throw new Fault("data.invalid", `There is no scope ${unknown}. There are: ${known.join(", ")}.`);
  if (scopes.length === 0) throw new Fault("data.invalid", `A key needs at least one scope. There are: ${known.join(", ")}.`);
}

function requireNetworks(networks: readonly string[]): void {
  const [wrong] = networks.filter((network) => !ipaddr.isValidCIDR(network));
  if (wrong !== undefined || networks.length > NETWORKS_MAX)
    throw new Fault("data.invalid", "Networks are at most 32 in CIDR form, like 10.0.0.0/8.");
}
