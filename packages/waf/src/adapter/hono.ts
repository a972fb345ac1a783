import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Pair, RequestHead } from "../http/index.ts";
import type { Protection, Refusal } from "./contract.ts";
import { watchFetchAnswer } from "./fetch-answer.ts";
import { headOf } from "./head.ts";
import { openPassage, type Passage, refusalText } from "./passage.ts";

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
    const passage = openPassage(protection, headOfContext(context));
    const refuse = (refusal: Refusal): Response => answer(passage, refusal);
    try {
      const refusal = passage.head() ?? (await judgeBody(context, passage));
      if (refusal !== undefined) return refuse(refusal);
      passage.free();
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
function headOfContext({ env, req }: HonoContext): RequestHead {
  const incoming: unknown = typeof env === "object" && env !== null ? Reflect.get(env, "incoming") : undefined;
  if (isNodeRequest(incoming)) return headOf(incoming);
  const { method, headers } = req.raw;
  const url = new URL(req.raw.url);
  const pairs: Pair[] = [...headers].map(([name, value]) => [name, value]);
  if (!headers.has("host")) pairs.unshift(["host", url.host]);
  const ends = { remoteAddress: "", remotePort: 0, serverAddress: url.hostname, serverPort: Number(url.port) };
  return { method, target: url.pathname + url.search, protocol: "HTTP/1.1", headers: pairs, ...ends };
}

function isNodeRequest(value: unknown): value is IncomingMessage {
  return typeof value === "object" && value !== null && "rawHeaders" in value && "socket" in value;
}

/** Reads the body, and puts a request with the same bytes in the place of the one that has been read. */
async function judgeBody({ req }: HonoContext, passage: Passage): Promise<Refusal | undefined> {
  const { raw } = req;
  if (raw.body === null) return passage.body();
  const chunks: Uint8Array[] = [];
  for await (const chunk of raw.body) {
    const refusal = passage.feed(chunk);
    if (refusal !== undefined) return refusal;
    chunks.push(chunk);
  }
  const { url, method, headers, signal } = raw;
  req.raw = new Request(url, { method, headers, signal, body: Buffer.concat(chunks) });
  return passage.body();
}

function answer(passage: Passage, refusal: Refusal): Response {
  passage.settle(refusal.status, refusal);
  const { status, location } = refusal;
  const type = { "content-type": "text/plain; charset=utf-8" };
  if (location !== undefined) return new Response(null, { status, headers: { ...type, location } });
  return new Response(refusalText(passage.id), { status, headers: type });
}
