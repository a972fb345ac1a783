import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Pair } from "../../http/index.ts";

/** The last thing on a connection: an answer without a body, written where there is no answer object. */
export function answerRaw(socket: Duplex, status: number, headers: readonly Pair[]): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lines = [...headers, ["Content-Length", "0"], ["Connection", "close"]].map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}\r\n${lines.join("")}\r\n`, "latin1", () => socket.destroy());
}
