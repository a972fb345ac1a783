import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createWaf } from "../engine/index.ts";
import { warmUp } from "../guard/index.ts";
import type { RuleSet } from "../rule/index.ts";
import {
  createListener,
  createReflection,
  createUpstream,
  createWitness,
  type Listener,
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
  /** Requests that are under way when it is to stop have so long to be answered. */
  readonly drainMs?: number;
}

const DRAIN_LOOK_MS = 20;

const LIMITS: ListenerLimits = { headMs: 10_000, requestMs: 60_000, stallMs: 60_000 };

export interface RunningServer extends AsyncDisposable {
  readonly http: Listener;
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
      await drain(http, needs.drainMs ?? 0);
      outgoing?.[Symbol.dispose]();
    },
  };
}

/** Takes no new connection, and ends each one that there is as soon as it waits for a request; at last all of them. */
async function drain(http: RunningServer["http"], drainMs: number): Promise<void> {
  const closed = once(http, "close");
  http.close();
  const looking = setInterval(() => http.closeIdleConnections(), DRAIN_LOOK_MS);
  const ending = setTimeout(() => http.endAll(), drainMs);
  await closed;
  clearInterval(looking);
  clearTimeout(ending);
}
