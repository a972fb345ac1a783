import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Duplex } from "node:stream";
import { parseRawRequest } from "../http/index.ts";
import { watchAnswer } from "./answer.ts";
import type { AnyRequest, AnyResponse, Protection } from "./contract.ts";
import { endsOf, headOf } from "./head.ts";
import { openPassage, refusalText } from "./passage.ts";
import { sendRefusal } from "./refuse.ts";
import { judgeRequest } from "./request-body.ts";

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => unknown;
export type Http2RequestListener = (request: Http2ServerRequest, response: Http2ServerResponse) => unknown;
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, first: Buffer) => unknown;
export type ClientErrorListener = (error: Error, socket: Duplex) => void;

/** A request listener that lets `handler` see only what the firewall lets through; body and headers are as they came. For node:http, node:https and node:http2. */
export function protect(protection: Protection, handler: RequestListener): RequestListener;
export function protect(protection: Protection, handler: Http2RequestListener): Http2RequestListener;
export function protect(
  protection: Protection,
  handler: (request: never, response: never) => unknown,
): (request: never, response: never) => unknown {
  return async (request: never, response: never) => {
    if (await admit(protection, request, response)) await handler(request, response);
  };
}

/** Judges a request; true where it may go on. False: it has been answered, or the client has gone. */
export async function admit(protection: Protection, request: AnyRequest, response: AnyResponse): Promise<boolean> {
  const passage = openPassage(protection, headOf(request));
  response.on("close", () => passage.close());
  const refusal = await judgeRequest(request, passage);
  if (refusal === "gone") return false;
  if (refusal === undefined) {
    watchAnswer(response, passage, protection);
    return true;
  }
  sendRefusal(response, refusal, { passage });
  return false;
}

/** A listener for `upgrade`: judges the head, and lets go of the connection. What is said over it afterwards, nobody inspects. */
export function protectUpgrade(protection: Protection, handler: UpgradeListener): UpgradeListener {
  return (request, socket, first) => {
    const passage = openPassage(protection, headOf(request));
    const refusal = passage.head() ?? passage.body();
    if (refusal !== undefined) {
      passage.tell(refusal);
      answerRaw(socket, refusal.status, refusalText(passage.id));
    }
    passage.close();
    return refusal === undefined ? handler(request, socket, first) : undefined;
  };
}

/** A listener for `clientError`: lets the firewall see what Node's parser refused, so that it is reported, and answers 400. */
export function reportBroken(protection: Protection): ClientErrorListener {
  return (error, socket) => {
    const bytes: unknown = Reflect.get(error, "rawPacket");
    if (!socket.writable || !(bytes instanceof Uint8Array)) {
      socket.destroy();
      return;
    }
    const { head, body, complaint } = parseRawRequest(bytes, endsOf(socket));
    const passage = openPassage(protection, head);
    const refusal = passage.head() ?? passage.feed(body) ?? passage.body();
    passage.tell(refusal ?? { status: 400, ruleId: 0, reason: `The request is broken (${complaint ?? "no request"}).` });
    passage.close();
    answerRaw(socket, 400, refusalText(passage.id));
  };
}

const REASONS: Readonly<Record<number, string>> = { 400: "Bad Request", 403: "Forbidden", 413: "Content Too Large" };

function answerRaw(socket: Duplex, status: number, text: string): void {
  const head = `HTTP/1.1 ${status} ${REASONS[status] ?? "Refused"}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8`;
  socket.end(`${head}\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
}
