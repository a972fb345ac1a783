import { createServer, type Socket } from "node:net";
import { portOf } from "./listening.ts";

export interface RawUpstream extends AsyncDisposable {
  readonly port: number;
  /** The heads of all requests, as they came. */
  readonly heads: readonly string[];
  /** How many connections were made. */
  readonly connections: () => number;
}

/** What is said to the head of a request, on the socket itself. */
export type Says = (socket: Socket, head: string) => void;

/** A server that answers with whatever bytes a test wants, as soon as a head is there. Bodies are not read. */
export async function rawUpstream(says: Says): Promise<RawUpstream> {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let text = "";
    socket.setEncoding("latin1");
    socket.on("error", () => socket.destroy());
    socket.on("data", (part) => {
      text += String(part);
      const end = text.indexOf("\r\n\r\n");
      if (end === -1 || !/^[A-Z]+ /.test(text)) return;
      const head = text.slice(0, end);
      text = "";
      heads.push(head);
      says(socket, head);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: portOf(server.address()),
    heads,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An answer with a body of known length. */
export function fine(text: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
}
