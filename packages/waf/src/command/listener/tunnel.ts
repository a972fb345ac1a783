import type { Duplex } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Pair, RequestHead } from "../../http/index.ts";
import { type ListenerNeeds, type OriginAnswer, OriginProblem, type OriginSocket, type Refusal } from "./contract.ts";
import { idHeader } from "./exchange.ts";
import { openPassage, type Passage } from "./passage.ts";
import { answerRaw } from "./raw-answer.ts";
import { protocolFault } from "./strictness.ts";

/** Judges the handshake of a WebSocket; what is said on it afterwards passes through unread. */
export async function openTunnel(needs: ListenerNeeds, head: RequestHead, socket: Duplex): Promise<void> {
  socket.on("error", () => socket.destroy());
  const passage = openPassage(needs, head);
  const refusal = judge(head, passage);
  if (refusal !== undefined) return refuse(needs, { passage, socket, refusal });
  const opened = await ask(needs, head);
  if ("act" in opened) return refuse(needs, { passage, socket, refusal: opened });
  const { status, headers } = opened.answer;
  const late = passage.response({ status, protocol: head.protocol, headers }) ?? passage.responseBody();
  if (late !== undefined) {
    if (opened.kind === "open") opened.socket.destroy();
    return refuse(needs, { passage, socket, refusal: late });
  }
  const ids = idHeader(needs, passage.end(status, undefined));
  if (opened.kind === "answer") return answerRaw(socket, status, [...withoutFraming(opened.answer), ...ids]);
  writeSwitch(socket, [...opened.answer.headers, ...ids]);
  await Promise.all([pipeline(socket, opened.socket), pipeline(opened.socket, socket)]);
}

function judge(head: RequestHead, passage: Passage): Refusal | undefined {
  const fault = protocolFault(head);
  const refusal = passage.head() ?? passage.body();
  return fault === undefined ? refusal : { act: "refuse", status: 400, ruleId: 0, reason: fault };
}

async function ask(needs: ListenerNeeds, head: RequestHead): Promise<OriginSocket | Refusal> {
  try {
    const opened = await needs.origin.upgrade?.(head);
    return opened ?? { act: "refuse", status: 502, ruleId: 0, reason: "nothing here accepts WebSockets" };
  } catch (error) {
    if (error instanceof OriginProblem) return { act: "refuse", status: error.status, ruleId: 0, reason: error.message };
    throw error;
  }
}

function refuse(needs: ListenerNeeds, about: { readonly passage: Passage; readonly socket: Duplex; readonly refusal: Refusal }): void {
  const ids = about.passage.end(about.refusal.status, about.refusal);
  answerRaw(about.socket, about.refusal.status, idHeader(needs, ids));
}

/** The origin declines: its status and headers are handed on, its body is not, as nobody reads one there. */
function withoutFraming(answer: OriginAnswer): readonly Pair[] {
  return answer.headers.filter(([name]) => name.toLowerCase() !== "content-length");
}

function writeSwitch(socket: Duplex, headers: readonly Pair[]): void {
  const lines = [["Connection", "Upgrade"], ["Upgrade", "websocket"], ...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`, "latin1");
}
