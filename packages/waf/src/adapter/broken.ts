// What Node's parser refuses: the firewall sees it all the same, so that its rules are heard; the answer is a refusal.
import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { type Ends, type Pair, parseRawRequest, type RequestHead } from "../http/index.ts";
import type { AnyRequest, AnyResponse, Protection, Refusal } from "./contract.ts";
import { openPassage, type Passage, refusalText, type Witness } from "./passage.ts";
import { answerRaw } from "./raw-answer.ts";
import { breakOff } from "./request-body.ts";

const BAD_REQUEST_STATUS = 400;
export const TEXT: Pair = ["Content-Type", "text/plain; charset=utf-8"];
const STATUS_BY_CODE: ReadonlyMap<string, number> = new Map([
  ["HPE_HEADER_OVERFLOW", 431],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", 413],
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
]);

/** The last request of a connection that was accepted, and its answer. */
interface Latest {
  readonly request: AnyRequest;
  readonly response: AnyResponse;
}

const latest = new WeakMap<object, Latest>();

/** A request was accepted: whatever is refused behind it is answered behind its answer. */
export function noteAccepted(request: AnyRequest, response: AnyResponse): void {
  if (request.httpVersionMajor >= 2) return;
  const { socket } = request;
  latest.set(socket, { request, response });
  // A connection that waits for its next request holds nothing of the last one.
  response.once("close", () => {
    if (latest.get(socket)?.response === response) latest.delete(socket);
  });
}

/** Ends when all that was accepted on a connection has been answered; undefined: it has been. */
export function allAnswered(socket: object): Promise<void> | undefined {
  const response = latest.get(socket)?.response;
  return response === undefined ? undefined : answered(response);
}

/** Ends when an answer has been given, or nobody is there any more to take it; undefined: it is so already. */
export function answered(response: AnyResponse): Promise<void> | undefined {
  if (response.writableFinished || response.destroyed) return undefined;
  return new Promise((resolve) => {
    response.once("close", resolve);
  });
}

/**
 * The parser has given up in the middle of a request that was accepted: it is answered in its turn, or, where its answer has begun or
 * others come first, the connection ends. False: what is broken is the head of another request.
 */
export function breakOffAccepted(socket: Duplex, status: number): boolean {
  const last = latest.get(socket);
  if (last === undefined || last.request.complete) return false;
  if (breakOff(last.request, { status, ruleId: 0, reason: "The request cannot be read." })) return true;
  if (last.response.socket !== null && !last.response.headersSent) answerRaw(socket, { status });
  else socket.destroy();
  return true;
}

export function statusOfBroken(error: Error): number {
  const code: unknown = Reflect.get(error, "code");
  return STATUS_BY_CODE.get(typeof code === "string" ? code : "") ?? BAD_REQUEST_STATUS;
}

export interface Broken {
  readonly bytes: Uint8Array;
  readonly socket: Duplex;
  readonly ends: Ends;
  readonly status: number;
  readonly witness?: Witness | undefined;
}

/** Runs all phases over the bytes of a request that cannot be served, and answers with the last words of the connection. */
export function refuseBroken(protection: Protection, { bytes, socket, ends, status, witness }: Broken): void {
  const { head, body, complaint } = parseRawRequest(bytes, ends);
  const passage = openPassage(protection, asUnderstood(head), witness);
  const refusal = judgeWhole(passage, body) ?? { status, ruleId: 0, reason: `The request is broken (${complaint ?? "no request"}).` };
  const headers = passage.settle(status, refusal);
  passage.close();
  answerRaw(socket, { status, headers: [...headers, TEXT], text: refusalText(passage.id) });
}

/** What a server would make of it if it went on: RFC 9112 section 2.2 has a bare CR replaced by a blank, RFC 1945 section 4.1 a line without version be HTTP/0.9. */
function asUnderstood(head: RequestHead): RequestHead {
  const headers = head.headers.map(([name, value]): Pair => [name.replaceAll("\r", " "), value.replaceAll("\r", " ")]);
  return { ...head, headers, protocol: head.protocol === "" ? "HTTP/0.9" : head.protocol };
}

function judgeWhole(passage: Passage, body: Uint8Array): Refusal | undefined {
  return passage.head() ?? passage.feed(body) ?? passage.body();
}

/** A chunk may hold accepted requests as well: the refused one begins behind the last end of a head before the place of the fault. */
export function brokenPartOf(chunk: Uint8Array, error: Error): Uint8Array {
  const parsedBytes: unknown = Reflect.get(error, "bytesParsed");
  const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const end = buffer.lastIndexOf("\r\n\r\n", typeof parsedBytes === "number" ? Math.max(0, parsedBytes - 1) : 0, "latin1");
  return end === -1 ? chunk : chunk.subarray(end + 4);
}
