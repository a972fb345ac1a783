import { Buffer } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { judgeRequest, openPassage, type Refusal, sendRefusal, type WatchedAnswer, watchAnswer } from "../../adapter/index.ts";
import { headerValue, type RequestHead } from "../../http/index.ts";
import { isEventStream, type ListenerNeeds, type OriginAnswer, OriginProblem } from "./contract.ts";
import { protocolFault } from "./strictness.ts";

/** One request that Node's parser has accepted. */
export interface Accepted {
  readonly head: RequestHead;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client waits for `100 Continue` before it sends the body. */
  readonly waits: boolean;
}

/** Judges a request and has it answered. Ends when the answer has begun; whatever goes wrong is answered, or ends the connection. */
export async function serve(needs: ListenerNeeds, { head, request, response, waits }: Accepted): Promise<void> {
  const passage = openPassage(needs.protection, head, needs.witness);
  response.on("close", () => passage.close());
  const fault = protocolFault(head);
  // A client that waits has not sent its body, and is not asked for it where it is refused anyway.
  const early = waits && fault === undefined ? passage.head() : undefined;
  if (waits && early === undefined) response.writeContinue();
  const refusal = early ?? (await judgeRequest(request, passage));
  if (refusal === "gone" || request.destroyed) return passage.close();
  // A request that is wrong as such is answered 400, whatever the rules say to it: they are heard all the same.
  if (fault !== undefined) return sendRefusal(response, { status: 400, ruleId: 0, reason: fault }, { passage });
  if (refusal !== undefined) return sendRefusal(response, refusal, { passage });
  const watched = watchAnswer(response, passage, needs.protection);
  await forward(needs, { head, request, response, watched });
}

interface Forwarded {
  readonly head: RequestHead;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly watched: WatchedAnswer;
}

async function forward({ origin }: ListenerNeeds, { head, request, response, watched }: Forwarded): Promise<void> {
  const fail = (refusal: Refusal): void => {
    if (!watched.refuse(refusal)) response.destroy();
  };
  try {
    const onGone = (listener: () => void): void => void response.once("close", listener);
    const answer = await origin.answer({ head, body: bodyOf(request), onGone });
    const isStream = isEventStream(answer);
    if (isStream) keepOpen(request.socket, response);
    if (answer.body instanceof Uint8Array) return end(answer, answer.body, response);
    answer.body.on("error", (error) => fail({ status: 502, ruleId: 0, reason: `The upstream broke off: ${error.message}` }));
    if (isSmall(answer)) return gather(answer, answer.body, response);
    response.writeHead(answer.status, answer.headers.flat());
    // An event stream without events still wants its head.
    if (isStream) response.flushHeaders();
    answer.body.pipe(response);
  } catch (error) {
    if (error instanceof OriginProblem) return fail({ status: error.status, ruleId: 0, reason: error.message });
    fail({ status: 502, ruleId: 0, reason: `The answer cannot be passed on: ${error instanceof Error ? error.message : String(error)}` });
  }
}

/** Nothing may happen for hours: only the client's end tells that it has gone. */
function keepOpen(socket: Socket, response: ServerResponse): void {
  const leave = (): void => void response.destroy();
  socket.setTimeout(0);
  socket.once("end", leave);
  response.once("close", () => socket.off("end", leave));
}

const NOTHING = new Uint8Array(0);

/** All of the body where it is there; what is longer than the firewall looks at is still coming. */
function bodyOf(request: IncomingMessage): Uint8Array | IncomingMessage {
  if (!request.complete) return request;
  const body: unknown = request.read();
  return body instanceof Uint8Array ? body : NOTHING;
}

/** Such an answer is waited for and sent in one go, which costs the least; one that breaks off before its end has not begun. */
const SMALL_BYTES = 16_384;

function isSmall({ headers }: OriginAnswer): boolean {
  const length = headerValue(headers, "content-length");
  return length !== undefined && Number(length) <= SMALL_BYTES;
}

function gather(answer: OriginAnswer, body: Readable, response: ServerResponse): void {
  const chunks: Uint8Array[] = [];
  body.on("data", (chunk: Uint8Array) => void chunks.push(chunk));
  body.on("end", () => end(answer, chunks.length === 1 ? (chunks[0] ?? NOTHING) : Buffer.concat(chunks), response));
}

/** Node sends a head and a text together, and bytes apart from it: as a text, each byte one character, it is one call of the system. */
function end(answer: OriginAnswer, body: Uint8Array, response: ServerResponse): void {
  response.writeHead(answer.status, answer.headers.flat());
  if (body.length === 0) response.end();
  else if (body.length > SMALL_BYTES) response.end(body);
  else response.end(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1"), "latin1");
}
