import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Pair } from "../http/index.ts";

/** The last thing on a connection, written where there is no answer object. Latin-1: each character is one byte. */
export function answerRaw(
  socket: Duplex,
  { status, headers = [], text = "" }: { readonly status: number; readonly headers?: readonly Pair[]; readonly text?: string },
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const framing: readonly Pair[] = [
    ["Content-Length", String(text.length)],
    ["Connection", "close"],
  ];
  socket.end(rawHead(status, [...headers, ...framing]) + text, "latin1", () => socket.destroy());
}

/** A head as it goes over the wire. */
export function rawHead(status: number, headers: readonly Pair[]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}\r\n${lines.join("")}\r\n`;
}
