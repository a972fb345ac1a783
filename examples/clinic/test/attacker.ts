import { readFile } from "node:fs/promises";
import { request } from "node:https";
import type { Connection } from "../connect.ts";

export interface Said {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** One request over a connection of its own, from an address of the loopback network: to the server each is another caller. */
export interface Attacker {
  ask(from: string, method: string, path: string, given?: { readonly bearer?: string | undefined; readonly body?: unknown }): Promise<Said>;
}

const ANSWER_MS_MAX = 30_000;

export async function createAttacker({ url, publishableKey, caFile }: Connection): Promise<Attacker> {
  const { port } = new URL(url);
  const ca = await readFile(caFile, "utf8");
  return {
    ask: (from, method, path, { bearer, body } = {}) =>
      new Promise((resolve, reject) => {
        const text = body === undefined ? undefined : JSON.stringify(body);
        const headers = {
          apikey: publishableKey,
          host: `localhost:${port}`,
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...(bearer?.startsWith("hf_secret") ? { apikey: bearer } : {}),
          ...(text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
        };
        const asked = request(
          {
            host: "127.0.0.1",
            port,
            servername: "localhost",
            ca,
            localAddress: from,
            method,
            path,
            headers,
            agent: false,
            timeout: ANSWER_MS_MAX,
          },
          (answer) => {
            let said = "";
            answer.on("data", (chunk) => (said += chunk));
            answer.on("end", () => {
              const json: unknown = said === "" ? {} : JSON.parse(said);
              resolve({ status: answer.statusCode ?? 0, json: typeof json === "object" && json !== null ? { ...json } : {} });
            });
          },
        );
        asked.on("timeout", () => asked.destroy(new Error("The server did not answer.")));
        asked.on("error", reject);
        asked.end(text);
      }),
  };
}
