import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import { answerRaw, openPassage, type Passage, type Refusal, rawHead, refusalText, TEXT } from "../../adapter/index.ts";
import type { Pair, RequestHead } from "../../http/index.ts";
import { type ListenerNeeds, type Origin, type OriginAnswer, OriginProblem, type OriginSocket } from "./contract.ts";
import { protocolFault } from "./strictness.ts";

/** Judges the handshake of a WebSocket; what is said on it afterwards passes through unread. CONNECT opens nothing: it is answered. */
export async function openTunnel(needs: ListenerNeeds, head: RequestHead, socket: Duplex): Promise<void> {
  const passage = openPassage(needs.protection, head, needs.witness);
  const refusal = judge(head, passage);
  if (refusal !== undefined) return refuse(refusal, { passage, socket });
  const opened = await ask(needs.origin, head);
  if ("ruleId" in opened) return refuse(opened, { passage, socket });
  const { status, headers } = opened.answer;
  const late = passage.answer({ status, protocol: head.protocol, headers }) ?? passage.answerBody();
  if (late !== undefined) {
    if (opened.kind === "open") opened.socket.destroy();
    else discard(opened.answer);
    return refuse(late, { passage, socket });
  }
  const added = passage.settle(status);
  if (opened.kind === "answer") return decline(opened.answer, { socket, added });
  socket.write(rawHead(status, [["Connection", "Upgrade"], ["Upgrade", "websocket"], ...headers, ...added]), "latin1");
  if (opened.first.length > 0) socket.write(opened.first);
  await Promise.all([pipeline(socket, opened.socket), pipeline(opened.socket, socket)]);
}

function judge(head: RequestHead, passage: Passage): Refusal | undefined {
  const fault = protocolFault(head);
  const refusal = passage.head() ?? passage.body();
  return fault === undefined ? refusal : { status: 400, ruleId: 0, reason: fault };
}

async function ask(origin: Origin, head: RequestHead): Promise<OriginSocket | Refusal> {
  try {
    if (head.method !== "CONNECT" && origin.upgrade !== undefined) return await origin.upgrade(head);
    return { kind: "answer", answer: await origin.answer({ head, body: new Uint8Array(0), onGone: () => undefined }) };
  } catch (error) {
    if (error instanceof OriginProblem) return { status: error.status, ruleId: 0, reason: error.message };
    throw error;
  }
}

function refuse(refusal: Refusal, { passage, socket }: { readonly passage: Passage; readonly socket: Duplex }): void {
  const added = passage.settle(refusal.status, refusal);
  if (refusal.drop === true) socket.destroy();
  else answerRaw(socket, { status: refusal.status, headers: [...added, TEXT], text: refusalText(passage.id) });
}

/** The origin has something else to say: it is the last thing on this connection, and ends with it. */
async function decline(
  { status, headers, body }: OriginAnswer,
  { socket, added }: { readonly socket: Duplex; readonly added: readonly Pair[] },
): Promise<void> {
  const kept = headers.filter(([name]) => name.toLowerCase() !== "content-length");
  socket.write(rawHead(status, [...kept, ...added, ["Connection", "close"]]), "latin1");
  if (body instanceof Uint8Array) socket.end(body);
  else await pipeline(body, socket);
}

function discard({ body }: OriginAnswer): void {
  if (!(body instanceof Uint8Array)) body.destroy();
}
