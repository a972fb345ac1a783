import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { headerValue, type Pair, type RequestHead } from "../../http/index.ts";
import { drain, readBody } from "./body.ts";
import { type ListenerNeeds, type OriginAnswer, OriginProblem, type Refusal } from "./contract.ts";
import { openPassage, type Passage } from "./passage.ts";
import { inspectAnswer } from "./response.ts";
import { protocolFault } from "./strictness.ts";

/** One request that Node's parser has accepted, until its answer has been given. */
export interface Exchange {
  /** Ends when nothing more will be written. */
  readonly done: Promise<void>;
  /** The parser has given the request up half-way: what has been read of it is judged. Gives the ids for the answer. */
  breakOff(status: number): readonly number[];
}

interface Asked {
  readonly needs: ListenerNeeds;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly head: RequestHead;
  readonly passage: Passage;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly waits: boolean;
}

export function openExchange(asked: Omit<Asked, "passage">): Exchange {
  const passage = openPassage(asked.needs, asked.head);
  const done = run({ ...asked, passage });
  return {
    done,
    breakOff: (status) => {
      for (let chunk: unknown = asked.request.read(); chunk instanceof Uint8Array; chunk = asked.request.read()) passage.feed(chunk);
      const refusal = passage.body();
      return passage.end(status, refusal ?? brokenRequest(status));
    },
  };
}

function brokenRequest(status: number): Refusal {
  return { act: "refuse", status, ruleId: 0, reason: "the request cannot be read" };
}

async function run(asked: Asked): Promise<void> {
  try {
    await serve(asked);
  } catch (error) {
    // A connection that ends half-way throws here, and there is nobody left to answer.
    const isGone = asked.request.destroyed || asked.response.destroyed;
    const reason = error instanceof Error ? error.message : String(error);
    asked.passage.end(isGone ? 499 : 500, isGone ? undefined : { act: "refuse", status: 500, ruleId: 0, reason });
    asked.response.destroy();
  }
}

async function serve(asked: Asked): Promise<void> {
  const { passage, head, needs } = asked;
  const fault = protocolFault(head);
  const early = passage.head();
  if (early !== undefined && fault === undefined) {
    // A client that waits has not sent its body, and is not asked for it.
    if (!asked.waits) await drain(asked.request.iterator({ destroyOnReturn: false }));
    return refuse(asked, early);
  }
  if (asked.waits) asked.response.writeContinue();
  const read = await readBody(asked.request, passage, needs.settings);
  // A request that is wrong as such is answered 400, whatever the rules say to it: they are heard all the same.
  if (fault !== undefined) return refuse(asked, { act: "refuse", status: 400, ruleId: 0, reason: fault });
  if (read.refusal !== undefined) return refuse(asked, read.refusal);
  await forward(asked, read);
}

async function forward(
  asked: Asked,
  read: { readonly bytes: Uint8Array; readonly rest: AsyncIterable<Uint8Array> | undefined },
): Promise<void> {
  const onGone = (listener: () => void): void => void asked.response.once("close", listener);
  try {
    const answer = await asked.needs.origin.answer({ head: asked.head, body: read.bytes, rest: read.rest, onGone });
    const inspected = await inspectAnswer(answer, asked.passage, { protocol: asked.head.protocol, settings: asked.needs.settings });
    if (inspected.refusal !== undefined) return await refuse(asked, inspected.refusal);
    await write(asked, answer, inspected.body);
  } catch (error) {
    if (!(error instanceof OriginProblem) || asked.response.headersSent) throw error;
    await refuse(asked, { act: "refuse", status: error.status, ruleId: 0, reason: error.message });
  }
}

async function write(asked: Asked, answer: OriginAnswer, body: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const { response } = asked;
  const ids = asked.passage.end(answer.status, undefined);
  response.writeHead(answer.status, [...withoutOwn(answer.headers, asked.needs.idHeader), ...idHeader(asked.needs, ids)].flat());
  if (body instanceof Uint8Array) {
    await ended(response, body);
    return;
  }
  // An event stream without events still wants its head.
  if (headerValue(answer.headers, "content-length") === undefined) response.flushHeaders();
  await pipeline(Readable.from(body), response);
}

async function refuse(asked: Asked, refusal: Refusal): Promise<void> {
  const { response, passage } = asked;
  const ids = passage.end(refusal.status, refusal);
  if (refusal.drop === true) {
    response.destroy();
    return;
  }
  const location: Pair[] = refusal.location === undefined ? [] : [["Location", refusal.location]];
  const text = refusal.location === undefined ? `Refused. Id: ${passage.id}\n` : "";
  const headers: Pair[] = [["Content-Type", "text/plain"], ["Content-Length", String(text.length)], ...location, ...idHeader(asked.needs, ids)]; // biome-ignore format: one line
  if (!asked.request.complete) headers.push(["Connection", "close"]);
  response.writeHead(refusal.status, headers.flat());
  await ended(response, asked.request.method === "HEAD" ? "" : text);
}

/** Until the answer has been handed over, or the client has gone. */
function ended(response: ServerResponse, body: Uint8Array | string): Promise<void> {
  return new Promise((resolve) => {
    response.once("close", resolve);
    // Even nothing would be written in a call of its own.
    if (body.length === 0) response.end(resolve);
    else response.end(body, resolve);
  });
}

/** What an origin says in the header that is ours to write is not passed on. */
function withoutOwn(headers: readonly Pair[], own: string | undefined): readonly Pair[] {
  return own === undefined ? headers : headers.filter(([name]) => name.toLowerCase() !== own.toLowerCase());
}

/** The header that names the rules; nothing where none was asked for. */
export function idHeader(needs: Pick<ListenerNeeds, "idHeader">, ids: readonly number[]): readonly Pair[] {
  return needs.idHeader === undefined ? [] : [[needs.idHeader, ids.join(",")]];
}
