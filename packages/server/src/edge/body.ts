import type { Readable } from "node:stream";
import { concatBytes, Fault } from "../kit/index.ts";
import type { EdgeLimits } from "./limits.ts";
import type { Pacer } from "./pace.ts";

interface BodyNeeds {
  readonly pacer: Pacer;
  readonly limits: Pick<EdgeLimits, "bodyWindowMs" | "bodyBytesPerWindowMin" | "requestMs">;
}

const ENDED_EARLY = "The body ended before it was whole.";

/** Reads a whole body. Stops reading, and says so by a fault, as soon as it is longer or slower than it may be. */
export function readWhole(from: Readable, bytesMax: number, { pacer, limits }: BodyNeeds): Promise<Uint8Array> {
  // Both have been told before anybody listened: an empty body ends at once, and a caller may have gone.
  if (from.readableEnded) return Promise.resolve(new Uint8Array(0));
  if (from.destroyed) return Promise.reject(new Fault("request.malformed", ENDED_EARLY));
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    const watched = pacer.watch({
      moved: () => bytes,
      windowMs: limits.bodyWindowMs,
      bytesMin: limits.bodyBytesPerWindowMin,
      giveUp: () => fail(new Fault("request.slow", "The body came too slowly.")),
    });
    const deadline = setTimeout(() => fail(new Fault("request.slow", "The body took too long.")), limits.requestMs);
    deadline.unref();

    function done(): void {
      watched.end();
      clearTimeout(deadline);
      from.off("data", onData).off("end", onEnd).off("close", onClose).pause();
    }
    function fail(fault: Fault): void {
      done();
      reject(fault);
    }
    function onData(piece: Uint8Array): void {
      bytes += piece.length;
      if (bytes > bytesMax) fail(new Fault("request.too_large", "The body is larger than this route takes."));
      else pieces.push(piece);
    }
    function onEnd(): void {
      done();
      const only = pieces[0];
      resolve(pieces.length === 1 && only !== undefined ? only : concatBytes(pieces));
    }
    function onClose(): void {
      fail(new Fault("request.malformed", ENDED_EARLY));
    }
    from.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}
