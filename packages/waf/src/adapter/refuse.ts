import { Buffer } from "node:buffer";
import type { AnyResponse, Refusal } from "./contract.ts";
import { type Passage, refusalText } from "./passage.ts";

const NAMES = ["writeHead", "write", "end", "flushHeaders"] as const;

export type OwnMethods = Readonly<Record<(typeof NAMES)[number], (...given: readonly unknown[]) => unknown>>;

/** The methods of an answer as they are now, bound to it. */
export function ownMethods(response: AnyResponse): OwnMethods {
  const own = (name: (typeof NAMES)[number]): OwnMethods["write"] => {
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
  passage.tell(refusal);
  if (refusal.drop === true) {
    response.socket?.destroy();
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  const text = refusal.location === undefined ? refusalText(passage.id) : "";
  // Where the client still sends, the rest is not waited for. HTTP/2 knows no such header.
  if (response.req.httpVersionMajor < 2 && !response.req.complete) response.setHeader("Connection", "close");
  if (refusal.location !== undefined) response.setHeader("Location", refusal.location);
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.setHeader("Content-Length", Buffer.byteLength(text));
  own.writeHead(refusal.status);
  own.end(text);
}
