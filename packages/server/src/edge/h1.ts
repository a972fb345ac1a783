import type { IncomingMessage, ServerResponse } from "node:http";
import { readWhole } from "./body.ts";
import type { Call, Peer } from "./call.ts";
import type { Live } from "./life.ts";
import type { EdgeLimits } from "./limits.ts";
import { linger } from "./linger.ts";
import type { Pacer } from "./pace.ts";
import { endTurn, takeTurn } from "./pipeline.ts";
import { writeWhole } from "./write.ts";

export interface H1Needs {
  readonly live: Live;
  readonly pacer: Pacer;
  readonly limits: EdgeLimits;
  /** The server no longer wants connections to stay. */
  readonly isClosing: () => boolean;
}

const ignore = (): void => undefined;

/** Takes one HTTP/1.1 request off the parser. `wantsContinue`: the client waits for 100 before it sends its body. */
export function takeRequest(needs: H1Needs, peer: Peer, request: IncomingMessage, response: ServerResponse, wantsContinue: boolean): void {
  const { socket } = request;
  // After an answer that closes, whatever was pipelined behind it is not a request: it must not even be worked on.
  if (peer.closing) {
    socket.destroy();
    return;
  }
  peer.newest = request;
  request.on("error", ignore);
  response.on("error", ignore);
  takeTurn(peer, socket, needs.limits, () => {
    response.on("close", () => endTurn(peer, socket, needs.limits));
    needs.live(createCall(needs, peer, request, response, wantsContinue));
  });
}

function createCall(needs: H1Needs, peer: Peer, request: IncomingMessage, response: ServerResponse, wantsContinue: boolean): Call {
  const length = request.headers["content-length"];
  const hasBody = (length !== undefined && length !== "0") || request.headers["transfer-encoding"] !== undefined;
  let isBodyRead = !hasBody;
  return {
    method: request.method ?? "",
    target: request.url ?? "",
    authority: undefined,
    rawHeaders: request.rawHeaders,
    peer,
    hasBody,
    async readBody(bytesMax) {
      if (wantsContinue) response.writeContinue();
      const body = await readWhole(request, bytesMax, needs);
      peer.bodyBytes += body.length;
      isBodyRead = true;
      return body;
    },
    answer(status, headers, body, after) {
      // A body that nobody read would be taken for the next request, or would have to be read to its end.
      const isLast = peer.ending && peer.pipelined.length === 0;
      const closes = after === "close" || isLast || !isBodyRead || needs.isClosing();
      if (closes) {
        peer.closing = true;
        headers.push("connection", "close");
      }
      if (body !== undefined) headers.push("content-length", String(byteLength(body)));
      if (!isBodyRead) linger(request, peer, needs.limits);
      response.writeHead(status, headers);
      writeWhole(response, request.method === "HEAD" ? undefined : body, needs.limits.answerPieceBytes, ignore);
    },
    abandon() {
      peer.closing = true;
      request.socket.destroy();
    },
  };
}

export function byteLength(body: string | Uint8Array): number {
  return typeof body === "string" ? Buffer.byteLength(body) : body.length;
}
