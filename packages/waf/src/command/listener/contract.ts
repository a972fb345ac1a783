import type { IncomingMessage } from "node:http";
import type { Duplex, Readable } from "node:stream";
import type { Protection, Witness } from "../../adapter/index.ts";
import { headerValue, type Pair, type RequestHead } from "../../http/index.ts";

/** Where requests go that were let through. */
export interface Origin {
  /** Throws OriginProblem where no answer can be had. */
  answer(request: OriginRequest): Promise<OriginAnswer>;
  /** Opens a WebSocket; absent: none are accepted, and the request is answered like any other. */
  upgrade?(head: RequestHead): Promise<OriginSocket>;
}

/** What an origin says to a request for a WebSocket: 101 and the other end, or another answer. */
export type OriginSocket =
  | { readonly kind: "open"; readonly answer: OriginAnswer; readonly socket: Duplex; readonly first: Uint8Array }
  | { readonly kind: "answer"; readonly answer: OriginAnswer };

export interface OriginRequest {
  readonly head: RequestHead;
  /** The body where all of it is there. Else it is to be read: it is longer than what is inspected. */
  readonly body: Uint8Array | IncomingMessage;
  /** Calls back when the client has gone, or has had its answer. */
  readonly onGone: (listener: () => void) => void;
}

export interface OriginAnswer {
  readonly status: number;
  readonly headers: readonly Pair[];
  /** Bytes where all of it is known. */
  readonly body: Uint8Array | Readable;
}

/** Silent by its nature, for as long as nothing happens. */
export function isEventStream({ headers }: OriginAnswer): boolean {
  return headerValue(headers, "content-type")?.startsWith("text/event-stream") === true;
}

/** No answer from the origin: `status` is what the client is told. */
export class OriginProblem extends Error {
  readonly status: 400 | 502 | 504;
  constructor(status: 400 | 502 | 504, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "OriginProblem";
    this.status = status;
  }
}

export interface ListenerNeeds {
  readonly protection: Protection;
  readonly witness: Witness;
  readonly origin: Origin;
  readonly limits: ListenerLimits;
}

/** How long a client may take. */
export interface ListenerLimits {
  /** All of a head has to come within. */
  readonly headMs: number;
  /** All of a request has to come within. */
  readonly requestMs: number;
  /** A client that neither takes nor sends anything for so long is left, except in the middle of an event stream or a WebSocket. */
  readonly stallMs: number;
}
