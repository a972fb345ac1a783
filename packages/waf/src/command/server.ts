import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import { createWaf } from "../engine/index.ts";
import { warmUp } from "../guard/index.ts";
import type { RuleSet } from "../rule/index.ts";
import {
  createListener,
  createReflection,
  createUpstream,
  createWitness,
  type ListenerLimits,
  type PassageRecord,
} from "./listener/index.ts";

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
  readonly limits?: Partial<ListenerLimits>;
  /** Shows the firewall some requests of its own as soon as it listens, in idle turns. */
  readonly warmsUp?: boolean;
}

const LIMITS: ListenerLimits = { headMs: 10_000, requestMs: 60_000, stallMs: 60_000 };

export interface RunningServer extends AsyncDisposable {
  readonly http: Server;
}

/** Compiles the rules and listens. Throws RuleProblem where a rule cannot be compiled, and what `listen` throws. */
export async function startServer(needs: ServerNeeds): Promise<RunningServer> {
  const { rules, paranoia, upstream, idHeader, record, limits } = needs;
  const { settings } = rules;
  const waf = createWaf({ rules, now: Date.now, newId: randomUUID, ...(paranoia === undefined ? {} : { paranoia }) });
  const outgoing = upstream === undefined ? undefined : createUpstream(upstream);
  const http = createListener({
    protection: {
      waf,
      // What the rule set lets pass beyond its limits is not held.
      bodyBytesMax: Number.POSITIVE_INFINITY,
      answerBytesMax: settings.responseBodyBytesMax,
      unreadable: settings.engine === "on" ? "refuse" : "pass",
    },
    witness: createWitness({ idHeader, record, now: Date.now }),
    origin: outgoing ?? createReflection(),
    limits: { ...LIMITS, ...limits },
  });
  http.listen({ port: needs.port, host: needs.host ?? "127.0.0.1" });
  await once(http, "listening");
  const closing = new AbortController();
  const warm = needs.warmsUp === true ? warmUp(waf, { signal: closing.signal }) : undefined;
  return {
    http,
    [Symbol.asyncDispose]: async () => {
      closing.abort();
      await warm;
      const closed = once(http, "close");
      http.close();
      http.closeAllConnections();
      await closed;
      outgoing?.[Symbol.dispose]();
    },
  };
}
