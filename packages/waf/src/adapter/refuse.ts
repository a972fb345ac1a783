import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import type { Pair } from "../http/index.ts";
import type { AnyResponse, Refusal } from "./contract.ts";
import { type Passage, refusalText } from "./passage.ts";

type Method = (...given: readonly unknown[]) => unknown;

/** The methods of an answer as they were before anybody stood in front of them. */
export interface OwnMethods {
  readonly writeHead: Method;
  readonly write: Method;
  readonly end: Method;
  readonly flushHeaders: Method;
}

/** The methods of an answer as they are now, to be called on it. */
export function ownMethods(response: AnyResponse): OwnMethods {
  const own = (name: keyof OwnMethods): Method => {
    const method: unknown = Reflect.get(response, name);
    if (typeof method !== "function") throw new Error(`An answer has no ${name}.`);
    return (...given): unknown => Reflect.apply(method, response, given);
  };
  return { writeHead: own("writeHead"), write: own("write"), end: own("end"), flushHeaders: own("flushHeaders") };
}

/** An answer of our own in place of what the application would have said; nothing of its head is kept. */
export function sendRefusal(
  response: AnyResponse,
  refusal: Refusal,
  { passage, own = ownMethods(response) }: { readonly passage: Passage; readonly own?: OwnMethods },
): void {
  const added = passage.settle(refusal.status, refusal);
  if (refusal.drop === true) {
    // An answer that waits behind another one has no socket of its own yet.
    response.req.socket.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const text = refusal.location === undefined ? refusalText(passage.id) : "";
  // Where the client still sends, the rest is not waited for. HTTP/2 knows no such header.
  if (isHttp1(response) && !response.req.complete) response.setHeader("Connection", "close");
  if (refusal.location !== undefined) response.setHeader("Location", refusal.location);
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.setHeader("Content-Length", Buffer.byteLength(text));
  setHeaders(response, added);
  own.writeHead(refusal.status);
  own.end(text);
}

function isHttp1(response: AnyResponse): response is ServerResponse {
  return response.req.httpVersionMajor < 2;
}

/** Sets headers that nobody else may say. */
export function setHeaders(response: AnyResponse, headers: readonly Pair[]): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}
