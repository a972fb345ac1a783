import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Pair, RequestHead } from "../http/index.ts";
import { noteAccepted } from "./broken.ts";
import type { Protection, Refusal } from "./contract.ts";
import { continued, watchFetchAnswer } from "./fetch-answer.ts";
import { headOf } from "./head.ts";
import { openPassage, type Passage, refusalText } from "./passage.ts";
import { judgeRequest } from "./request-body.ts";

/** Nobody is there to read it. */
const GONE_STATUS = 499;

/** What the middleware needs of Hono's context: this package does not depend on it. */
interface HonoContext {
  readonly req: { raw: Request };
  res: Response;
  readonly env: unknown;
}

export type HonoMiddleware = (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>;

/** Middleware for Hono: `app.use(honoFirewall({ waf }))`, before other middleware. */
export function honoFirewall(protection: Protection): HonoMiddleware {
  return async (context, next) => {
    const { incoming, outgoing } = nodeOf(context);
    if (incoming !== undefined && outgoing !== undefined) noteAccepted(incoming, outgoing);
    const passage = openPassage(protection, incoming === undefined ? headOfFetch(context.req.raw) : headOf(incoming));
    const refuse = (refusal: Refusal): Response => answer(passage, refusal);
    try {
      const refusal = incoming === undefined ? await judgeFetchBody(context.req, passage) : await judgeRequest(incoming, passage);
      passage.free();
      if (refusal === "gone") return new Response(null, { status: GONE_STATUS });
      if (refusal !== undefined) return refuse(refusal);
      await next();
      const watched = await watchFetchAnswer(context.res, passage, { protection, refuse });
      if (watched !== context.res) {
        // Hono adds the headers of the answer before to a new one, unless there is none.
        Reflect.set(context, "res", undefined);
        context.res = watched;
      }
      return undefined;
    } finally {
      passage.close();
    }
  };
}

/** Behind @hono/node-server the request of node:http is there, with headers in order and the target as sent. */
function nodeOf({ env }: HonoContext): { readonly incoming: IncomingMessage | undefined; readonly outgoing: ServerResponse | undefined } {
  const of = (name: string): unknown => (typeof env === "object" && env !== null ? Reflect.get(env, name) : undefined);
  const incoming = of("incoming");
  const outgoing = of("outgoing");
  return { incoming: isIncoming(incoming) ? incoming : undefined, outgoing: isOutgoing(outgoing) ? outgoing : undefined };
}

function isIncoming(value: unknown): value is IncomingMessage {
  return typeof value === "object" && value !== null && "rawHeaders" in value && "socket" in value;
}

function isOutgoing(value: unknown): value is ServerResponse {
  return typeof value === "object" && value !== null && "writableFinished" in value && "once" in value;
}

function headOfFetch({ method, headers, url: text }: Request): RequestHead {
  const url = new URL(text);
  const pairs: Pair[] = [...headers].map(([name, value]) => [name, value]);
  if (!headers.has("host")) pairs.unshift(["host", url.host]);
  const ends = { remoteAddress: "", remotePort: 0, serverAddress: url.hostname, serverPort: Number(url.port) };
  return { method, target: url.pathname + url.search, protocol: "HTTP/1.1", headers: pairs, ...ends };
}

/** Reads the body as far as the firewall looks, and puts a request with the same bytes in the place of the one that has been read. */
async function judgeFetchBody(req: HonoContext["req"], passage: Passage): Promise<Refusal | undefined> {
  const { raw } = req;
  const early = passage.head();
  if (early !== undefined || raw.body === null) return early ?? passage.body();
  const reader = raw.body.getReader();
  const held: Uint8Array[] = [];
  let isWhole = false;
  let refusal: Refusal | undefined;
  while (refusal === undefined && !isWhole && passage.watchesBody) {
    const { done, value } = await reader.read();
    isWhole = done;
    if (value === undefined) continue;
    held.push(value);
    refusal = passage.feed(value);
  }
  refusal ??= passage.body();
  if (refusal !== undefined) {
    await reader.cancel();
    return refusal;
  }
  const { url, method, headers, signal } = raw;
  const body = isWhole ? Buffer.concat(held) : continued(held, reader);
  // A stream wants to be told that it is sent before the answer is read.
  const about = { method, headers, signal, body, duplex: "half" };
  req.raw = new Request(url, about);
  return undefined;
}

function answer(passage: Passage, refusal: Refusal): Response {
  passage.settle(refusal.status, refusal);
  const { status, location } = refusal;
  const type = { "content-type": "text/plain; charset=utf-8" };
  if (location !== undefined) return new Response(null, { status, headers: { ...type, location } });
  return new Response(refusalText(passage.id), { status, headers: type });
}
