import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { readWhole } from "./body.ts";
import type { Call, Peer } from "./call.ts";
import { byteLength } from "./h1.ts";
import type { Live } from "./life.ts";
import type { EdgeLimits } from "./limits.ts";
import type { Pacer } from "./pace.ts";
import { writeWhole } from "./write.ts";

export interface H2Needs {
  readonly live: Live;
  readonly pacer: Pacer;
  readonly limits: EdgeLimits;
}

const ignore = (): void => undefined;
const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = constants;

/** Takes one HTTP/2 stream as it is, without the runtime's imitation of HTTP/1.1 on top. */
export function takeStream(
  needs: H2Needs,
  peer: Peer,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): void {
  peer.running += 1;
  stream.on("error", ignore);
  stream.on("close", () => {
    peer.running -= 1;
  });
  needs.live(createCall(needs, peer, stream, headers, rawHeaders));
}

function createCall(
  needs: H2Needs,
  peer: Peer,
  stream: ServerHttp2Stream,
  pseudo: IncomingHttpHeaders,
  rawHeaders: readonly string[],
): Call {
  const method = textOf(pseudo[":method"]);
  let isBodyRead = stream.endAfterHeaders;
  return {
    method,
    target: textOf(pseudo[":path"]),
    authority: typeof pseudo[":authority"] === "string" ? pseudo[":authority"] : undefined,
    rawHeaders,
    peer,
    hasBody: !stream.endAfterHeaders,
    async readBody(bytesMax) {
      const body = await readWhole(stream, bytesMax, needs);
      peer.bodyBytes += body.length;
      isBodyRead = true;
      return body;
    },
    answer(status, headers, body) {
      if (stream.destroyed || stream.closed) return;
      if (body !== undefined) headers.push("content-length", String(byteLength(body)));
      headers.unshift(":status", String(status));
      const isBodiless = body === undefined || body.length === 0 || method === "HEAD";
      stream.respond(headers, { endStream: isBodiless });
      if (!isBodiless) send(needs, stream, body);
      if (isBodyRead) return;
      // The rest of the body is not wanted: RFC 9113 §8.1 asks for NO_ERROR, so that the client still takes the answer.
      stream.on("finish", () => stream.close(NGHTTP2_NO_ERROR));
    },
    abandon() {
      stream.close(NGHTTP2_CANCEL);
    },
  };
}

function send(needs: H2Needs, stream: ServerHttp2Stream, body: string | Uint8Array): void {
  let gone = 0;
  const watched = needs.pacer.watch({
    moved: () => gone,
    windowMs: needs.limits.answerWindowMs,
    bytesMin: needs.limits.answerBytesPerWindowMin,
    giveUp: () => stream.close(NGHTTP2_CANCEL),
  });
  stream.on("close", watched.end);
  writeWhole(stream, body, needs.limits.answerPieceBytes, (bytes) => {
    gone = bytes;
  });
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === "string" ? value : "";
}
