import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { certificate } from "./fixture.ts";

export interface NaiveTwin extends AsyncDisposable {
  readonly port: number;
  readonly worked: string[];
}

/** What somebody writes in an afternoon: every line end will do, every number is parsed, every request is answered. */
export async function naiveTwin(): Promise<NaiveTwin> {
  const worked: string[] = [];
  const sockets = new Set<TLSSocket>();
  const server = createServer({ ...certificate(), ALPNProtocols: ["http/1.1"] }, (socket) => {
    sockets.add(socket);
    let held = "";
    socket.on("error", () => socket.destroy());
    socket.on("data", (piece: Buffer) => {
      held += piece.toString("latin1");
      for (let taken = take(held); taken !== undefined; taken = take(held)) {
        held = taken.rest;
        worked.push(taken.line);
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    worked,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function take(held: string): { readonly line: string; readonly rest: string } | undefined {
  const end = /\r?\n\r?\n/.exec(held);
  if (end === null) return undefined;
  const head = held.slice(0, end.index);
  const length = /^content-length[ \t]*:[ \t]*([0-9]+)/im.exec(head)?.[1];
  const rest = held.slice(end.index + end[0].length);
  return { line: head.split(/\r?\n/)[0] ?? "", rest: rest.slice(length === undefined ? 0 : Number(length)) };
}
