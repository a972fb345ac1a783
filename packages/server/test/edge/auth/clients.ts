import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { Agent, fetch as undiciFetch } from "undici";
import { createAuth } from "../../../src/edge/auth/index.ts";
import type { Identity } from "../../../src/identity/index.ts";
import { type House, openHouse } from "../../identity/house.ts";
import { certificate, PLAN_LIMITS, type ScriptedFirewall, scriptedFirewall, testEdge } from "../fixture.ts";

export interface Served extends AsyncDisposable {
  readonly house: House;
  readonly url: string;
  readonly firewall: ScriptedFirewall;
  readonly fetch: typeof fetch;
  /** An unmodified client of the app, or of whoever has this key. */
  client(key?: string, headers?: Readonly<Record<string, string>>): SupabaseClient;
  /** A client with a fresh secret key of scope accounts:write. */
  admin(): Promise<SupabaseClient>;
}

/** The dialect over a real edge, with a real house behind it. */
export async function serve({
  needs = {},
  version = "h2",
}: {
  readonly needs?: Parameters<typeof openHouse>[0] & {};
  readonly version?: "h1" | "h2";
} = {}): Promise<Served> {
  const house = await openHouse(needs);
  const identity: Identity = house.identity;
  const firewall = scriptedFirewall();
  const log = () => undefined;
  const dialect = createAuth({
    identity,
    plan: { accounts: house.plan.accounts, limits: PLAN_LIMITS },
    firewall,
    tokenKeys: house.vault.tokenKeys,
    clock: house.clock,
    report: (event) => house.events.push(event),
    log,
  });
  const { edge, ...served } = await testEdge({ dialects: [dialect], whoIs: identity.whoIs, needs: { store: house.store, firewall } });
  const url = `https://localhost:${edge.port}`;
  const dispatcher = new Agent({ connect: { ca: certificate().cert }, allowH2: version === "h2", connections: 4 });
  const call = (input: Parameters<typeof undiciFetch>[0], init?: Parameters<typeof undiciFetch>[1]) =>
    undiciFetch(input, { ...init, dispatcher });
  // The library's fetch and the global one differ in type only.
  const ownFetch = call as unknown as typeof fetch;
  const client = (key = identity.publishableKey, headers: Readonly<Record<string, string>> = {}) =>
    createClient(url, key, {
      auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      global: { fetch: ownFetch, headers: { ...headers } },
    });
  return {
    house,
    url,
    firewall,
    fetch: ownFetch,
    client,
    admin: async () => client((await identity.keys.create({ scopes: ["accounts:write"], lifetimeMs: 3_600_000, networks: [] })).secretKey),
    async [Symbol.asyncDispose]() {
      await dispatcher.close();
      await served[Symbol.asyncDispose]();
      await house[Symbol.asyncDispose]();
    },
  };
}
