import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import type { Pair } from "../http/index.ts";
import type { AnyResponse, Refusal } from "./contract.ts";
import { type Passage, refusalText } from "./passage.ts";

type Name = "writeHead" | "write" | "end" | "flushHeaders";

/** The methods of an answer as they were before anybody stood in front of them. */
export class OwnMethods {
  readonly #response: AnyResponse;
  readonly #methods: Readonly<Record<Name, unknown>>;

  constructor(response: AnyResponse) {
    const { writeHead, write, end } = response;
    this.#response = response;
    // The types of HTTP/2 do not know it.
    this.#methods = { writeHead, write, end, flushHeaders: Reflect.get(response, "flushHeaders") };
  }

  call(name: Name, given: readonly unknown[]): unknown {
    const method = this.#methods[name];
    if (typeof method !== "function") throw new Error(`An answer has no ${name}.`);
    return Reflect.apply(method, this.#response, given);
  }
}

/** An answer of our own in place of what the application would have said; nothing of its head is kept. */
export function sendRefusal(
  response: AnyResponse,
  refusal: Refusal,
  { passage, own = new OwnMethods(response) }: { readonly passage: Passage; readonly own?: OwnMethods },
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
  own.call("writeHead", [refusal.status]);
  own.call("end", [text]);
}

function isHttp1(response: AnyResponse): response is ServerResponse {
  return response.req.httpVersionMajor < 2;
}

/** Sets headers that nobody else may say. */
export function setHeaders(response: AnyResponse, headers: readonly Pair[]): void {
  for (const [name, value] of headers) response.setHeader(name, value);
}
