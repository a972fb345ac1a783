import { Buffer } from "node:buffer";
import type { AnyRequest, Refusal } from "./contract.ts";
import type { Passage } from "./passage.ts";

/** What a refused client may still send before it is answered: many read the answer only after they have sent everything. */
const DRAINED_BYTES_MAX = 1_048_576;

/**
 * Takes a request through the firewall before anybody else, and hands its body on when it has been judged: whoever reads the request
 * afterwards finds it as if nobody had. Rejects where somebody has read the body already.
 *
 * The parser (HTTP/1 and HTTP/2 alike) gives the body to the request's `push`; standing in front of it holds the bytes without a trace in
 * the state of the stream. Reading and putting back would lose the end of an empty body.
 */
export function judgeRequest(request: AnyRequest, passage: Passage): Promise<Refusal | "gone" | undefined> {
  return new Promise((resolve) => {
    if (request.readableDidRead) throw new Error("The body has been read before the firewall saw it: the firewall has to come first.");
    const intake = createIntake(passage);
    const early: unknown = request.readableLength > 0 ? request.read() : undefined;
    if (early instanceof Uint8Array) intake.take(early);
    if (request.complete) {
      const refusal = intake.end(request.rawTrailers);
      for (const chunk of intake.chunks) request.unshift(chunk);
      return resolve(refusal);
    }
    const push = request.push.bind(request);
    const leave = (): void => resolve("gone");
    request.on("close", leave);
    request.push = (chunk: unknown): boolean => {
      if (chunk instanceof Uint8Array) {
        if (intake.take(chunk) === "enough") resolve(intake.refusal);
        return true;
      }
      request.off("close", leave);
      Reflect.deleteProperty(request, "push");
      const refusal = intake.end(request.rawTrailers);
      if (intake.chunks.length > 0) push(Buffer.concat(intake.chunks));
      resolve(refusal);
      return push(null);
    };
    // HTTP/2 gives nothing before somebody asks.
    request.read(0);
  });
}

interface Intake {
  /** What was let through so far; empty from a refusal on. */
  readonly chunks: readonly Uint8Array[];
  readonly refusal: Refusal | undefined;
  /** `enough`: it was refused, and need not be waited for any longer. */
  take(chunk: Uint8Array): "more" | "enough";
  end(trailers: readonly string[]): Refusal | undefined;
}

function createIntake(passage: Passage): Intake {
  const chunks: Uint8Array[] = [];
  let refusal = passage.head();
  let drainedBytes = 0;
  return {
    chunks,
    get refusal() {
      return refusal;
    },
    take(chunk) {
      if (refusal === undefined) {
        chunks.push(chunk);
        refusal = passage.feed(chunk);
      } else {
        drainedBytes += chunk.length;
      }
      if (refusal !== undefined) chunks.length = 0;
      return drainedBytes > DRAINED_BYTES_MAX ? "enough" : "more";
    },
    end(trailers) {
      refusal ??= passage.body(trailers);
      if (refusal !== undefined) chunks.length = 0;
      return refusal;
    },
  };
}
