import { Agent, type ClientRequest, request as httpRequest, IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest, Agent as TlsAgent } from "node:https";
import { isIP } from "node:net";
import { pairsOf } from "../../adapter/index.ts";
import { headerValue, type RequestHead } from "../../http/index.ts";
import { isEventStream, type Origin, type OriginAnswer, OriginProblem, type OriginRequest, type OriginSocket } from "./contract.ts";
import { endToEnd } from "./hop-by-hop.ts";
import { originForm } from "./strictness.ts";

/** The upstream is silent for so long: while connecting, before its answer or within it. Then 504, or the end of the answer. */
const UPSTREAM_SILENCE_MS = 30_000;
/** Connections that are kept for the next request. Those in use are as many as clients: none waits for another one's download. */
const FREE_SOCKETS_MAX = 256;
const TRIES_MAX = 3;
/** RFC 9110 section 9.2.2: a proxy asks again only where asking twice is asking once. */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);
const STATUS_MIN = 200;
const STATUS_MAX = 599;
const NO_CONTENT = 204;
const NOTHING = new Uint8Array(0);

type Open = (options: RequestOptions) => ClientRequest;

/** Hands requests to one upstream, with its headers end to end and its body framed anew. */
export function createUpstream(url: URL): Origin & Disposable {
  const isTls = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const settings = { keepAlive: true, maxFreeSockets: FREE_SOCKETS_MAX, timeout: UPSTREAM_SILENCE_MS };
  const agent = isTls ? new TlsAgent(settings) : new Agent(settings);
  // The name in the certificate is that of the upstream, whatever Host the client has sent.
  const target: RequestOptions & { servername?: string } = { host, port: url.port || (isTls ? 443 : 80), agent };
  if (isTls && isIP(host) === 0) target.servername = host;
  const open: Open = (options) => (isTls ? httpsRequest({ ...target, ...options }) : httpRequest({ ...target, ...options }));
  return {
    answer: async (request) => (request.head.method === "CONNECT" ? NO_TUNNEL : ask(request, open, 1)),
    upgrade: (head) => askForSocket(head, (options) => open({ ...options, agent: false })),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

/** RFC 9110 section 9.3.6: this is no proxy that its clients choose, and it connects them to nothing else. */
const NO_TUNNEL: OriginAnswer = {
  status: 405,
  headers: [
    ["Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"],
    ["Content-Length", "0"],
  ],
  body: NOTHING,
};

function ask(request: OriginRequest, open: Open, tries: number): Promise<OriginAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = start(request.head, open, [...framing(request)]);
    let isAnswered = false;
    const fail = (problem: OriginProblem): void => {
      reject(problem);
      outgoing.destroy();
    };
    outgoing.on("timeout", () => fail(silent()));
    outgoing.on("error", (error) => {
      // The upstream may have closed a kept connection while the request was on its way to it.
      const mayAskAgain = outgoing.reusedSocket && !isAnswered && tries < TRIES_MAX && request.body instanceof Uint8Array;
      if (mayAskAgain && IDEMPOTENT.has(request.head.method)) ask(request, open, tries + 1).then(resolve, reject);
      else fail(failed(error));
    });
    outgoing.on("upgrade", (_response, socket) => {
      socket.destroy();
      fail(new OriginProblem(502, "The upstream switches protocols, and nobody has asked it to."));
    });
    outgoing.on("response", (response) => {
      isAnswered = true;
      const answer = readAnswer(response);
      // An event stream may be silent for as long as nothing happens.
      if (isEventStream(answer)) outgoing.setTimeout(0);
      const { status } = answer;
      if (status < STATUS_MIN || status > STATUS_MAX) fail(new OriginProblem(502, `The upstream answers with a status of ${status}.`));
      else resolve(answer);
    });
    request.onGone(() => outgoing.destroy());
    if (request.body instanceof IncomingMessage) passOn(request.body, outgoing);
    // Even nothing would be written in a call of its own.
    else if (request.body.length === 0) outgoing.end();
    else outgoing.end(request.body);
  });
}

/** Once the upstream has heard enough, the client is heard out, so that it comes to read the answer; the listener bounds how long. */
function passOn(body: IncomingMessage, outgoing: ClientRequest): void {
  body.pipe(outgoing);
  outgoing.once("close", () => {
    body.unpipe(outgoing);
    body.resume();
  });
}

function askForSocket(head: RequestHead, open: Open): Promise<OriginSocket> {
  return new Promise((resolve, reject) => {
    const outgoing = start(head, open, ["Connection", "Upgrade", "Upgrade", "websocket"]);
    const fail = (problem: OriginProblem): void => {
      reject(problem);
      outgoing.destroy();
    };
    outgoing.setTimeout(UPSTREAM_SILENCE_MS, () => fail(silent()));
    outgoing.on("error", (error) => fail(failed(error)));
    outgoing.on("response", (response) => resolve({ kind: "answer", answer: readAnswer(response) }));
    outgoing.on("upgrade", (response, socket, first) => {
      socket.setTimeout(0);
      resolve({ kind: "open", answer: readAnswer(response), socket, first });
    });
    outgoing.end();
  });
}

function start(head: RequestHead, open: Open, added: readonly string[]): ClientRequest {
  try {
    return open({ method: head.method, path: originForm(head), headers: [...forwarded(head), ...added], setHost: false });
  } catch (error) {
    throw new OriginProblem(400, `The request cannot be handed on: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function silent(): OriginProblem {
  return new OriginProblem(504, `The upstream was silent for ${UPSTREAM_SILENCE_MS} ms.`);
}

function failed(error: Error): OriginProblem {
  return new OriginProblem(502, `The upstream failed: ${error.message}`, error);
}

function readAnswer(response: IncomingMessage): OriginAnswer {
  const status = response.statusCode ?? 0;
  const headers = endToEnd(pairsOf(response.rawHeaders));
  // RFC 9110 section 8.6.
  return { status, headers: status === NO_CONTENT ? headers.filter(([name]) => name.toLowerCase() !== "content-length") : headers, body: response }; // biome-ignore format: one line
}

/** Names and values in turn. What came as X-Forwarded-For is kept in front: the last address is ours to say, and the only one to believe. */
function forwarded(head: RequestHead): readonly string[] {
  const flat: string[] = [];
  let chain = "";
  for (const [name, value] of endToEnd(head.headers)) {
    const lower = name.toLowerCase();
    if (lower === "x-forwarded-for") chain += `${value}, `;
    else if (lower !== "content-length" && lower !== "expect") flat.push(name, value);
  }
  flat.push("X-Forwarded-For", chain + head.remoteAddress);
  return flat;
}

/** A body of known length says it; a method without one says nothing. */
function framing({ head, body }: OriginRequest): readonly string[] {
  const length = headerValue(head.headers, "content-length");
  if (body instanceof IncomingMessage) return length === undefined ? ["Transfer-Encoding", "chunked"] : ["Content-Length", length];
  const hadFraming = length !== undefined || headerValue(head.headers, "transfer-encoding") !== undefined;
  return hadFraming || body.length > 0 ? ["Content-Length", String(body.length)] : [];
}
