import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { judgeRequest, openPassage, type Refusal, sendRefusal, type WatchedAnswer, watchAnswer } from "../../adapter/index.ts";
import { headerValue, type RequestHead } from "../../http/index.ts";
import { type ListenerNeeds, OriginProblem } from "./contract.ts";
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
  if (refusal === "gone") return passage.close();
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
    // A connection that is silent by its nature is not a stalled one.
    const isStream = headerValue(answer.headers, "content-type")?.startsWith("text/event-stream") === true;
    if (isStream) keepOpen(request.socket, response);
    response.writeHead(answer.status, answer.headers.flat());
    if (answer.body instanceof Uint8Array) response.end(answer.body);
    else stream(answer.body, response, { isStream, fail });
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

function stream(
  body: Readable,
  response: ServerResponse,
  { isStream, fail }: { readonly isStream: boolean; readonly fail: (refusal: Refusal) => void },
): void {
  body.on("error", (error) => fail({ status: 502, ruleId: 0, reason: `The upstream broke off: ${error.message}` }));
  // An event stream without events still wants its head.
  if (isStream) response.flushHeaders();
  body.pipe(response);
}
