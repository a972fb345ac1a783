import type { TLSSocket } from "node:tls";
import { rawTls } from "./fixture.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
const LENGTH_BYTES = 9;

/** One frame (RFC 9113 §4.1). */
export function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(LENGTH_BYTES);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function literal(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const rest: number[] = [127];
  let left = bytes.length - 127;
  for (; left >= 128; left = Math.floor(left / 128)) rest.push((left % 128) + 128);
  return Buffer.concat([Buffer.from([...rest, left]), bytes]);
}

/** Fields without compression (RFC 7541 §6.2.2), in any order and as wrong as the test wants. */
export function block(...fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), literal(name), literal(value)]));
}

export const request = (path: string, ...more: readonly (readonly [string, string])[]): Buffer =>
  block([":method", "GET"], [":scheme", "https"], [":path", path], [":authority", "localhost"], ...more);

export const setting = (id: number, value: number): Buffer => {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(id, 0);
  bytes.writeUInt32BE(value, 2);
  return bytes;
};

export interface RawSession {
  readonly socket: TLSSocket;
  readonly closed: Promise<void>;
  /** Frames that came so far. */
  frames(): readonly { readonly type: number; readonly flags: number; readonly stream: number; readonly payload: Buffer }[];
  write(...frames: readonly Buffer[]): void;
}

/** An HTTP/2 connection that follows no rule but those that the test follows. */
export async function rawSession(port: number, settings: Buffer = Buffer.alloc(0)): Promise<RawSession> {
  const socket = await rawTls(port, ["h2"]);
  let held = Buffer.alloc(0);
  socket.on("data", (piece: Buffer) => {
    held = Buffer.concat([held, piece]);
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.write(Buffer.concat([Buffer.from(PREFACE), frame(TYPE.settings, 0, 0, settings)]));
  return {
    socket,
    closed,
    frames() {
      const all: { type: number; flags: number; stream: number; payload: Buffer }[] = [];
      for (let at = 0; at + LENGTH_BYTES <= held.length; ) {
        const length = held.readUIntBE(at, 3);
        all.push({
          type: held[at + 3] ?? 0,
          flags: held[at + 4] ?? 0,
          stream: held.readUInt32BE(at + 5),
          payload: held.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length),
        });
        at += LENGTH_BYTES + length;
      }
      return all;
    },
    write(...frames) {
      if (socket.writable) socket.write(Buffer.concat(frames));
    },
  };
}
