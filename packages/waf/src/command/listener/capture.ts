import type { Duplex } from "node:stream";

/** More than any head that the parser accepts. */
const CAPTURED_BYTES_MAX = 131_072;

/** The bytes of a connection since the last request was accepted: what the parser then refuses is among them. */
export interface Capture {
  /** The parser has accepted a request: what came so far belongs to it. */
  accepted(): void;
  /** What the parser has refused; `last` is the chunk over which it stumbled, after `parsed` of its bytes. */
  refused(last: Uint8Array | undefined, parsed: number): Uint8Array;
}

/** Listens before the parser does, so that the chunk over which it stumbles has been kept by then. */
export function captureBytes(socket: Duplex): Capture {
  let chunks: Uint8Array[] = [];
  let bytes = 0;
  let current: Uint8Array | undefined;
  let isShared = false;
  socket.prependListener("data", (chunk: Uint8Array) => {
    current = chunk;
    isShared = false;
    if (bytes >= CAPTURED_BYTES_MAX) return;
    chunks.push(chunk);
    bytes += chunk.length;
  });
  return {
    accepted: () => {
      chunks = [];
      bytes = 0;
      isShared = true;
    },
    refused: (last, parsed) => {
      if (chunks.length > 0) return Buffer.concat(chunks).subarray(0, CAPTURED_BYTES_MAX);
      const chunk = last ?? current ?? new Uint8Array(0);
      return isShared ? chunk.subarray(startOfRefused(chunk, parsed)) : chunk;
    },
  };
}

/** A chunk may hold accepted requests as well: the refused one begins behind the last end of a head before the place of the fault. */
function startOfRefused(chunk: Uint8Array, parsed: number): number {
  const end = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).lastIndexOf("\r\n\r\n", Math.max(0, parsed - 1), "latin1");
  return end === -1 ? 0 : end + 4;
}
