import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Duplex } from "node:stream";
import { watchAnswer } from "./answer.ts";
import { allAnswered, breakOffAccepted, brokenPartOf, noteAccepted, refuseBroken, statusOfBroken, TEXT } from "./broken.ts";
import type { AnyRequest, AnyResponse, Protection } from "./contract.ts";
import { endsOf, headOf } from "./head.ts";
import { openPassage, refusalText } from "./passage.ts";
import { answerRaw } from "./raw-answer.ts";
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
  noteAccepted(request, response);
  const passage = openPassage(protection, headOf(request));
  response.on("close", () => passage.close());
  const refusal = await judgeRequest(request, passage);
  if (refusal === "gone") {
    // An answer that waits behind another one is never told that its connection is gone.
    passage.close();
    return false;
  }
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
      passage.settle(refusal.status, refusal);
      answerRaw(socket, { status: refusal.status, headers: [TEXT], text: refusalText(passage.id) });
    }
    passage.close();
    return refusal === undefined ? handler(request, socket, first) : undefined;
  };
}

/** A listener for `clientError`: lets the firewall see what Node's parser refused, so that it is reported, and answers 400 (408, 413, 431) behind all that is still to be answered. */
export function reportBroken(protection: Protection): ClientErrorListener {
  const givenUp = new WeakSet<Duplex>();
  return (error, socket) => {
    if (!socket.writable || Reflect.get(error, "code") === "ECONNRESET") {
      socket.destroy();
      return;
    }
    // The parser stumbles over every further chunk as well.
    if (givenUp.has(socket)) return;
    givenUp.add(socket);
    const status = statusOfBroken(error);
    if (breakOffAccepted(socket, status)) return;
    const chunk: unknown = Reflect.get(error, "rawPacket");
    const bytes = chunk instanceof Uint8Array ? brokenPartOf(chunk, error) : undefined;
    const refuse = (): void => {
      if (bytes === undefined) answerRaw(socket, { status });
      else refuseBroken(protection, { bytes, socket, ends: endsOf(socket), status });
    };
    const before = allAnswered(socket);
    if (before === undefined) refuse();
    else before.then(refuse, () => socket.destroy());
  };
}
