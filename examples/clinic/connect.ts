import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { Agent, fetch as undiciFetch } from "undici";

/** What `holdfast serve` leaves in its data folder for those who want to talk to it. */
export interface Connection {
  readonly url: string;
  readonly publishableKey: string;
  readonly caFile: string;
}

export type HttpVersion = "h2" | "h1";

export async function readConnection(dataFolder: string): Promise<Connection> {
  return JSON.parse(await readFile(join(dataFolder, "connect.json"), "utf8"));
}

/** A fetch that trusts the local certificate authority and speaks the version that it is told to, and no other. */
export async function createFetch({ caFile }: Connection, version: HttpVersion): Promise<typeof fetch & AsyncDisposable> {
  const dispatcher = new Agent({ connect: { ca: await readFile(caFile, "utf8") }, allowH2: version === "h2", connections: 8 });
  const call = (input: Parameters<typeof undiciFetch>[0], init?: Parameters<typeof undiciFetch>[1]) =>
    undiciFetch(input, { ...init, dispatcher });
  // The library's fetch and the global one differ in type only.
  return Object.assign(call as unknown as typeof fetch, { [Symbol.asyncDispose]: () => dispatcher.close() });
}

/** An unmodified client, as an app would make it; nothing is kept between runs. */
export function createAppClient({ url }: Connection, key: string, ownFetch: typeof fetch): SupabaseClient {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: { fetch: ownFetch },
  });
}
