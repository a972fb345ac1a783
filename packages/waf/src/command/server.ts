import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import { createWaf } from "../engine/index.ts";
import type { RuleSet } from "../rule/index.ts";
import { createListener, createReflection, createUpstream, type PassageRecord } from "./listener/index.ts";

export interface ServerNeeds {
  readonly rules: RuleSet;
  readonly paranoia: 1 | 2 | 3 | 4 | undefined;
  /** 0: any free one. Only this machine's own address is listened on, unless `host` says otherwise. */
  readonly port: number;
  readonly host?: string;
  /** Undefined: the server answers itself. */
  readonly upstream: URL | undefined;
  readonly idHeader: string | undefined;
  readonly record: (record: PassageRecord) => void;
}

export interface RunningServer extends AsyncDisposable {
  readonly http: Server;
}

/** Compiles the rules and listens. Throws RuleProblem where a rule cannot be compiled, and what `listen` throws. */
export async function startServer(needs: ServerNeeds): Promise<RunningServer> {
  const { rules, paranoia, upstream } = needs;
  const waf = createWaf({ rules, now: Date.now, newId: randomUUID, ...(paranoia === undefined ? {} : { paranoia }) });
  const outgoing = upstream === undefined ? undefined : createUpstream(upstream);
  const origin = outgoing ?? createReflection();
  const http = createListener({ waf, origin, idHeader: needs.idHeader, record: needs.record, settings: rules.settings, now: Date.now });
  http.listen({ port: needs.port, host: needs.host ?? "127.0.0.1" });
  await once(http, "listening");
  return {
    http,
    [Symbol.asyncDispose]: async () => {
      const closed = once(http, "close");
      http.close();
      http.closeAllConnections();
      await closed;
      outgoing?.[Symbol.dispose]();
    },
  };
}
