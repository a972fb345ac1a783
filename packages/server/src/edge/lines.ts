import type { Socket } from "node:net";
import { Fault } from "../kit/index.ts";

const NEWLINE = 0x0a;

/** The lines that a socket sends, each at most so many bytes. Leaves the socket open when the reader stops early. */
export async function* readLines(socket: Socket, lineBytesMax: number): AsyncGenerator<string, void> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of socket.iterator({ destroyOnReturn: false })) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece]);
    for (let end = held.indexOf(NEWLINE); end !== -1; end = held.indexOf(NEWLINE)) {
      if (end > lineBytesMax) break;
      const line = held.toString("utf8", 0, end);
      held = held.subarray(end + 1);
      yield line;
    }
    if (held.length > lineBytesMax) throw new Fault("request.too_large", "A line on the control socket is too long.");
  }
}
