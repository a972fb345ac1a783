import type { IncomingMessage } from "node:http";
import type { Peer } from "./call.ts";
import type { EdgeLimits } from "./limits.ts";

/**
 * RFC 9112 §9.6: whoever closes while the other side still sends makes it hear a reset, which can take the answer out of its hands
 * before it was read. So after this answer only the sending half is closed, and for a moment what still comes is thrown away.
 */
export function linger(request: IncomingMessage, peer: Peer, limits: Pick<EdgeLimits, "lingerMs" | "lingerBytesMax">): void {
  const { socket } = request;
  let bytes = 0;
  let isAnswered = false;
  let isHeard = false;
  const leaveWhenDone = (): void => {
    if (isAnswered && isHeard) socket.destroy();
  };
  // The runtime asks for this once the last byte of an answer that closes has been handed to the socket.
  socket.destroySoon = () => {
    const timer = setTimeout(() => socket.destroy(), limits.lingerMs);
    timer.unref();
    socket.once("close", () => clearTimeout(timer));
    socket.end(() => {
      isAnswered = true;
      leaveWhenDone();
    });
  };
  request.on("data", (piece: Uint8Array) => {
    bytes += piece.length;
    peer.bodyBytes += piece.length;
    if (bytes > limits.lingerBytesMax) socket.destroy();
  });
  request.once("end", () => {
    isHeard = true;
    leaveWhenDone();
  });
  request.resume();
}
