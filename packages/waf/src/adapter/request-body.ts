import { Buffer } from "node:buffer";
import type { AnyRequest, Refusal } from "./contract.ts";
import type { Passage } from "./passage.ts";

/** What a refused client may still send before it is answered: many read the answer only after they have sent everything. */
const DRAINED_BYTES_MAX = 1_048_576;

/** What is to be done where the body that is coming breaks off. */
const underWay = new WeakMap<object, (refusal: Refusal) => void>();

/**
 * Takes a request through the firewall before anybody else, and hands its body on when it has been judged: whoever reads the request
 * afterwards finds it as if nobody had. What lies behind the part that the firewall looks at is not held. Rejects where somebody has read
 * the body already.
 *
 * The parser (HTTP/1 and HTTP/2 alike) gives the body to the request's `push`; standing in front of it holds the bytes without a trace in
 * the state of the stream. Reading and putting back would lose the end of an empty body.
 */
export function judgeRequest(request: AnyRequest, passage: Passage): Promise<Refusal | "gone" | undefined> {
  if (request.readableDidRead) throw new Error("The body has been read before the firewall saw it: the firewall has to come first.");
  if (request.destroyed) return Promise.resolve("gone");
  const intake = new Intake(passage);
  const early: unknown = request.readableLength > 0 ? request.read() : undefined;
  if (early instanceof Uint8Array) intake.take(early);
  if (request.complete) {
    const refusal = intake.end(request.rawTrailers);
    for (const chunk of intake.handOver()) request.unshift(chunk);
    return Promise.resolve(refusal);
  }
  return new Promise((resolve) => waitForBody(request, intake, resolve));
}

/** The parser has given up a request whose body was still coming: what came is judged, so that it is told of, and answered with the status of `refusal`. False: none was coming. */
export function breakOff(request: object, refusal: Refusal): boolean {
  const end = underWay.get(request);
  end?.(refusal);
  return end !== undefined;
}

function waitForBody(request: AnyRequest, intake: Intake, resolve: (outcome: Refusal | "gone" | undefined) => void): void {
  const push = request.push.bind(request);
  const settle = (outcome: Refusal | "gone" | undefined): void => {
    request.off("close", leave);
    underWay.delete(request);
    resolve(outcome);
  };
  const leave = (): void => {
    intake.drop();
    settle("gone");
  };
  const handOver = (): void => {
    const chunks = intake.handOver();
    if (chunks.length > 0) push(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  };
  const passOn = (): void => {
    request.push = (chunk: unknown) => (chunk === null && intake.refusesTrailers(request.rawTrailers) ? cutOff(request) : push(chunk));
    settle(undefined);
    handOver();
  };
  request.on("close", leave);
  underWay.set(request, ({ status, ...broken }) => {
    const { ruleId, reason } = intake.end([]) ?? broken;
    settle({ status, ruleId, reason });
  });
  if (intake.hasSeenEnough) {
    passOn();
    return;
  }
  request.push = (chunk: unknown): boolean => {
    if (chunk instanceof Uint8Array) {
      intake.take(chunk);
      if (intake.hasDrainedEnough) settle(intake.refusal);
      else if (intake.hasSeenEnough) passOn();
      return true;
    }
    // Deleting it would make every further look at the request slow.
    request.push = push;
    const refusal = intake.end(request.rawTrailers);
    handOver();
    settle(refusal);
    return push(null);
  };
  // HTTP/2 gives nothing before somebody asks.
  request.read(0);
}

/** It is too late for an answer: the application has been given the body. */
function cutOff(request: AnyRequest): boolean {
  request.destroy();
  return false;
}

class Intake {
  readonly #passage: Passage;
  #chunks: Uint8Array[] = [];
  #drainedBytes = 0;
  #isJudged = false;
  #refusal: Refusal | undefined;

  constructor(passage: Passage) {
    this.#passage = passage;
    this.#refusal = passage.head();
    this.#lookWhetherEnough();
  }

  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** The firewall has let it through, and does not look at what still comes. */
  get hasSeenEnough(): boolean {
    return this.#isJudged && this.#refusal === undefined;
  }

  /** It was refused, and need not be waited for any longer. */
  get hasDrainedEnough(): boolean {
    return this.#drainedBytes > DRAINED_BYTES_MAX;
  }

  take(chunk: Uint8Array): void {
    if (this.#refusal !== undefined) {
      this.#drainedBytes += chunk.length;
      return;
    }
    this.#chunks.push(chunk);
    if (this.#isJudged) return;
    this.#refusal = this.#passage.feed(chunk);
    this.#lookWhetherEnough();
    if (this.#refusal !== undefined) this.drop();
  }

  #lookWhetherEnough(): void {
    if (this.#refusal !== undefined || this.#passage.watchesBody) return;
    this.#isJudged = true;
    this.#refusal = this.#passage.body();
  }

  end(trailers: readonly string[]): Refusal | undefined {
    if (!this.#isJudged) {
      this.#isJudged = true;
      this.#refusal ??= this.#passage.body(trailers);
      if (this.#refusal !== undefined) this.drop();
    }
    return this.#refusal;
  }

  refusesTrailers(trailers: readonly string[]): boolean {
    return trailers.length > 0 && this.#passage.refusesUnread;
  }

  /** What was let through. */
  handOver(): readonly Uint8Array[] {
    const chunks = this.#chunks;
    this.drop();
    return chunks;
  }

  drop(): void {
    this.#chunks = [];
    this.#passage.free();
  }
}
