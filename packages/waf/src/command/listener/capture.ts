import type { Duplex } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { brokenPartOf } from "../../adapter/index.ts";

/** More than any head that the parser accepts. */
const CAPTURED_BYTES_MAX = 131_072;
/** The parser stumbles over the first bad byte; what belongs to the same request may still be on its way. */
const LATE_MS_MAX = 100;
const LATE_STEP_MS = 10;

/** The bytes of a connection since the last request was accepted: what the parser then refuses is among them. */
export interface Capture {
  /** The parser has accepted a request: what came so far belongs to it. */
  accepted(): void;
  /** The parser has stumbled: from here on all bytes belong to the refused request. */
  stumbled(error: Error): void;
  /** The refused request, as far as it came. */
  bytes(): Uint8Array;
}

/** Listens before the parser does, so that the chunk over which it stumbles has been kept by then. */
export function captureBytes(socket: Duplex): Capture {
  let chunks: Uint8Array[] = [];
  let length = 0;
  let isShared = false;
  const keep = (chunk: Uint8Array): void => {
    if (length >= CAPTURED_BYTES_MAX) return;
    chunks.push(chunk);
    length += chunk.length;
  };
  socket.prependListener("data", (chunk: Uint8Array) => {
    isShared = false;
    keep(chunk);
  });
  return {
    accepted: () => {
      chunks = [];
      length = 0;
      isShared = true;
    },
    stumbled: (error) => {
      const last: unknown = Reflect.get(error, "rawPacket");
      // The chunk began with requests that were accepted, and has been given away with them.
      if (chunks.length === 0 && last instanceof Uint8Array) keep(isShared ? brokenPartOf(last, error) : last);
    },
    bytes: () => Buffer.concat(chunks).subarray(0, CAPTURED_BYTES_MAX),
  };
}

/** Waits, for a moment, until a refused request is there as a whole, so that what is said of it does not depend on how it was cut. */
export async function untilWhole(capture: Capture, socket: Duplex): Promise<Uint8Array> {
  for (let waited = 0; waited < LATE_MS_MAX && !socket.readableEnded && !isWhole(capture.bytes()); waited += LATE_STEP_MS)
    await wait(LATE_STEP_MS);
  return capture.bytes();
}

function isWhole(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes.length >= CAPTURED_BYTES_MAX) return true;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const end = /\r?\n\r?\n/.exec(text);
  if (end === null) return false;
  const head = text.slice(0, end.index);
  if (/^transfer-encoding:.*chunked/im.test(head)) return /\n0\r?\n\r?\n$/.test(text);
  const announced = Number(/^content-length:[ \t]*(\d{1,9})/im.exec(head)?.[1] ?? 0);
  return text.length >= end.index + end[0].length + announced;
}
