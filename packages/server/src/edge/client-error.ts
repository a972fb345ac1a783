import type { Socket } from "node:net";
import { type Clock, type Event, type FaultCode, formatId, type Id, personal } from "../kit/index.ts";
import type { Peer } from "./call.ts";
import { plainWords, STATUS } from "./faults.ts";
import type { Judge } from "./judge.ts";
import type { EdgeLimits } from "./limits.ts";
import { sayLast } from "./pipeline.ts";
import { answerHeaders } from "./security-headers.ts";

/** What is needed to refuse bytes of which the parser made no request. */
export interface Unparsed {
  readonly judge: Judge;
  readonly clock: Clock;
  readonly newId: () => Id;
  readonly report: (event: Event) => void;
  readonly limits: Pick<EdgeLimits, "pipelinedBeforePause" | "pipelinedMax" | "lingerMs">;
}

// RFC 9112 §2.2: bytes that are no request get 400, unless the parser says more exactly what was wrong.
const CODES: Readonly<Record<string, FaultCode>> = {
  HPE_HEADER_OVERFLOW: "request.headers",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "request.too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request.slow",
};
const SENTENCES: Readonly<Partial<Record<FaultCode, string>>> = {
  "request.headers": "The header fields are larger than this server takes.",
  "request.too_large": "The body is larger than this server takes.",
  "request.slow": "The request came too slowly.",
};
const REASONS: Readonly<Record<number, string>> = {
  408: "Request Timeout",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
};

/**
 * Answers once and closes, after the answers to what came before: behind bytes that are no request nothing on this connection can be
 * trusted to start one.
 */
export function refuseUnparsed(needs: Unparsed, peer: Peer | undefined, error: Error, socket: Socket): void {
  // The parser says so again of whatever follows.
  if (peer?.ending) return;
  // After an answer that closes, or after the peer has gone, there is nothing to be said.
  const isOver = peer === undefined || peer.closing || !socket.writable || codeOf(error) === "ECONNRESET";
  const code = CODES[codeOf(error)] ?? "request.malformed";
  if (isOver || !sayLast(peer, socket, needs.limits, () => refuse(needs, peer, code, socket))) socket.destroy();
}

function refuse(needs: Unparsed, { address }: Peer, code: FaultCode, socket: Socket): void {
  const status = STATUS[code];
  const id = formatId(needs.newId());
  endAndLinger(socket, rawAnswer(status, code, id), needs.limits);
  needs.report({
    kind: "request.refused",
    at: needs.clock.now(),
    request: id,
    address: personal(address, null),
    rule: `edge.${code}`,
    route: "",
    status,
  });
  needs.judge.learn({ kind: "answered", address, route: undefined, status });
}

/** Whoever closes while the other side still sends makes it hear a reset, as `linger` says; what comes now is for nobody. */
function endAndLinger(socket: Socket, words: string, { lingerMs }: Pick<EdgeLimits, "lingerMs">): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  timer.unref();
  socket.once("close", () => clearTimeout(timer));
  socket.once("end", () => socket.destroy());
  socket.end(words);
  socket.resume();
}

function rawAnswer(status: number, code: FaultCode, id: string): string {
  const body = plainWords({ id, code, message: SENTENCES[code] ?? "That is not a request.", detail: {}, status });
  const headers = answerHeaders(undefined, undefined, true);
  headers.push("x-request-id", id, "content-length", String(Buffer.byteLength(body)), "connection", "close");
  const lines = [`HTTP/1.1 ${status} ${REASONS[status] ?? "Bad Request"}`];
  for (let at = 0; at + 1 < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}
