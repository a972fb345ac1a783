import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest, Agent as TlsAgent } from "node:https";
import { Readable } from "node:stream";
import type { Pair, RequestHead } from "../../http/index.ts";
import { type Origin, type OriginAnswer, OriginProblem, type OriginRequest, type OriginSocket } from "./contract.ts";
import { pairsOf } from "./head.ts";
import { endToEnd } from "./hop-by-hop.ts";

/** The upstream is silent for so long: while connecting, before its answer or within it. Then 504, or the end of the answer. */
const UPSTREAM_SILENCE_MS = 30_000;
const UPSTREAM_SOCKETS_MAX = 256;

/** Hands requests to one upstream, with its headers end to end and its body framed anew. */
export function createUpstream(url: URL): Origin & Disposable {
  const isTls = url.protocol === "https:";
  const settings = { keepAlive: true, maxSockets: UPSTREAM_SOCKETS_MAX };
  const agent = isTls ? new TlsAgent(settings) : new Agent(settings);
  const open = (options: RequestOptions): ClientRequest => (isTls ? httpsRequest(options) : httpRequest(options));
  const target: RequestOptions = { host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port || (isTls ? 443 : 80), agent };
  return {
    answer: async (request) =>
      request.head.method === "CONNECT" ? noTunnel() : ask(request, (options) => open({ ...target, ...options })),
    upgrade: (head) => askForSocket(head, (options) => open({ ...target, ...options, agent: false })),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** RFC 9110 section 9.3.6: this is no proxy that its clients choose, and it connects them to nothing else. */
function noTunnel(): OriginAnswer {
  return {
    status: 405,
    headers: [
      ["Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"],
      ["Content-Length", "0"],
    ],
    body: new Uint8Array(0),
  };
}

function ask(request: OriginRequest, open: (options: RequestOptions) => ClientRequest): Promise<OriginAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = open({ method: request.head.method, path: request.head.target, headers: flat(forwarded(request)), setHost: false });
    const fail = (status: 502 | 504, message: string, cause?: unknown): void => {
      reject(new OriginProblem(status, message, cause));
      outgoing.destroy();
    };
    outgoing.setTimeout(UPSTREAM_SILENCE_MS, () => fail(504, `the upstream was silent for ${UPSTREAM_SILENCE_MS} ms`));
    outgoing.on("error", (error) => fail(502, `the upstream failed: ${error.message}`, error));
    outgoing.on("response", (response) => {
      // An event stream may be silent for as long as nothing happens.
      if (response.headers["content-type"]?.startsWith("text/event-stream")) outgoing.setTimeout(0);
      resolve(readAnswer(response));
    });
    request.onGone(() => outgoing.destroy());
    send(outgoing, request, (error) => fail(502, "the body of the request ended early", error));
  });
}

function askForSocket(head: RequestHead, open: (options: RequestOptions) => ClientRequest): Promise<OriginSocket> {
  return new Promise((resolve, reject) => {
    const request = { head, body: new Uint8Array(0), rest: undefined, onGone: () => undefined };
    const headers: Pair[] = [...forwarded(request), ["Connection", "Upgrade"], ["Upgrade", "websocket"]];
    const outgoing = open({ method: head.method, path: head.target, headers: flat(headers), setHost: false });
    const fail = (status: 502 | 504, message: string, cause?: unknown): void => {
      reject(new OriginProblem(status, message, cause));
      outgoing.destroy();
    };
    outgoing.setTimeout(UPSTREAM_SILENCE_MS, () => fail(504, `the upstream was silent for ${UPSTREAM_SILENCE_MS} ms`));
    outgoing.on("error", (error) => fail(502, `the upstream failed: ${error.message}`, error));
    outgoing.on("response", (response) => resolve({ kind: "answer", answer: readAnswer(response) }));
    outgoing.on("upgrade", (response, socket, first) => {
      socket.setTimeout(0);
      if (first.length > 0) socket.unshift(first);
      resolve({ kind: "open", answer: readAnswer(response), socket });
    });
    outgoing.end();
  });
}

/** The body as it was inspected, then what follows it. */
function send(outgoing: ClientRequest, request: OriginRequest, fail: (error: Error) => void): void {
  if (request.rest === undefined) {
    outgoing.end(request.body);
    return;
  }
  outgoing.write(request.body);
  const rest = Readable.from(request.rest);
  rest.on("error", fail);
  rest.pipe(outgoing);
}

function readAnswer(response: IncomingMessage): OriginAnswer {
  return { status: response.statusCode ?? 502, headers: endToEnd(pairsOf(response.rawHeaders)), body: response };
}

function forwarded(request: OriginRequest): readonly Pair[] {
  const { head } = request;
  const kept = endToEnd(head.headers).filter(([name]) => !["content-length", "x-forwarded-for", "expect"].includes(name.toLowerCase()));
  return [...kept, ["X-Forwarded-For", addressChain(head)], ...framing(request)];
}

/** What came as X-Forwarded-For is kept in front: the last address is ours to say, and the only one to believe. */
function addressChain(head: RequestHead): string {
  const before = head.headers.filter(([name]) => name.toLowerCase() === "x-forwarded-for").map(([, value]) => value);
  return [...before, head.remoteAddress].join(", ");
}

/** A body of known length says it; a method without one says nothing. */
function framing(request: OriginRequest): readonly Pair[] {
  if (request.rest !== undefined) {
    const length = request.head.headers.find(([name]) => name.toLowerCase() === "content-length");
    return [length ?? ["Transfer-Encoding", "chunked"]];
  }
  const hadFraming = request.head.headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
  return hadFraming || request.body.length > 0 ? [["Content-Length", String(request.body.length)]] : [];
}

function flat(headers: readonly Pair[]): readonly string[] {
  return headers.flat();
}
