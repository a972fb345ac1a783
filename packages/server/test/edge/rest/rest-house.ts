import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { Agent, fetch as undiciFetch } from "undici";
import { createRest } from "../../../src/edge/rest/index.ts";
import { type Actor, NOBODY } from "../../../src/identity/actor.ts";
import { Fault } from "../../../src/kit/index.ts";
import type { DefinitionWord } from "../../../src/model/index.ts";
import { type DataHouse, openDataHouse } from "../../data/house.ts";
import { certificate, testEdge } from "../fixture.ts";

/** What a test looks at in an answer. */
export interface Heard {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON, or undefined. */
  readonly json: unknown;
}

export interface RestHouse extends AsyncDisposable {
  readonly house: DataHouse;
  readonly url: string;
  /** From now on, this bearer is this actor. */
  signIn(bearer: string, actor: Actor): void;
  /** The unmodified client. */
  client(bearer?: string): SupabaseClient;
  ask(
    method: string,
    path: string,
    options?: { bearer?: string; headers?: Record<string, string>; body?: string | Uint8Array },
  ): Promise<Heard>;
}

const KEY = "publishable";

/** The dialect behind a real edge, over TLS, in front of a real data room. Only who asks is scripted. */
export async function openRestHouse(definition: DefinitionWord): Promise<RestHouse> {
  const house = await openDataHouse(definition);
  const actors = new Map<string, Actor>();
  const edge = await testEdge({
    dialects: [createRest({ data: house.data, plan: house.plan })],
    planLimits: house.plan.limits,
    needs: { store: house.store },
    whoIs: ({ bearer }) => {
      if (bearer === undefined || bearer === KEY) return Promise.resolve(NOBODY);
      const actor = actors.get(bearer);
      return actor === undefined ? Promise.reject(new Fault("auth.invalid", "The token is not valid.")) : Promise.resolve(actor);
    },
  });
  const agent = new Agent({ connect: { ca: certificate().cert }, allowH2: false });
  const trusting = (input: unknown, init: unknown): Promise<Response> =>
    // The two fetches take and give the same things under types of their own.
    undiciFetch(String(input), { ...(init as object), dispatcher: agent }) as unknown as Promise<Response>;
  const url = edge.edge.url;
  return {
    house,
    url,
    signIn: (bearer, actor) => void actors.set(bearer, actor),
    client: (bearer) =>
      createClient(url, KEY, {
        global: { fetch: trusting as typeof fetch },
        ...(bearer === undefined ? {} : { accessToken: () => Promise.resolve(bearer) }),
      }),
    async ask(method, path, { bearer = KEY, headers = {}, body } = {}) {
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const response = await undiciFetch(`${url}/rest/v1/${path}`, {
        method,
        dispatcher: agent,
        headers: { apikey: KEY, authorization: `Bearer ${bearer}`, ...type, ...headers },
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers as unknown as Headers, text, json: parsed(text) };
    },
    async [Symbol.asyncDispose]() {
      await agent.close();
      await edge[Symbol.asyncDispose]();
      await house[Symbol.asyncDispose]();
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
