import type { Duplex } from "node:stream";
import type { Match, Verdict, Waf } from "../../engine/contract.ts";
import type { Pair, RequestHead } from "../../http/index.ts";
import type { Settings } from "../../rule/index.ts";

/** Where requests go that were let through. */
export interface Origin {
  /** Throws OriginProblem where no answer can be had. */
  answer(request: OriginRequest): Promise<OriginAnswer>;
  /** Opens a WebSocket; absent: none are accepted, and the request is answered like any other. */
  upgrade?(head: RequestHead): Promise<OriginSocket>;
}

/** What an origin says to a request for a WebSocket: 101 and the other end, or another answer. */
export type OriginSocket =
  | { readonly kind: "open"; readonly answer: OriginAnswer; readonly socket: Duplex }
  | { readonly kind: "answer"; readonly answer: OriginAnswer };

export interface OriginRequest {
  readonly head: RequestHead;
  /** The body, or its beginning where it is longer than what is inspected. */
  readonly body: Uint8Array;
  /** What follows `body`; undefined where that was all. */
  readonly rest: AsyncIterable<Uint8Array> | undefined;
  /** Calls back when the client has gone, or has had its answer. */
  readonly onGone: (listener: () => void) => void;
}

export interface OriginAnswer {
  readonly status: number;
  readonly headers: readonly Pair[];
  /** Bytes where all of it is known. */
  readonly body: Uint8Array | AsyncIterable<Uint8Array>;
}

/** No answer from the origin: `status` is what the client is told. */
export class OriginProblem extends Error {
  readonly status: 502 | 504;
  constructor(status: 502 | 504, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "OriginProblem";
    this.status = status;
  }
}

/** What is written about a request that was refused, or that a rule matched. */
export interface PassageRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly id: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly method: string;
  /** Printable and cut. */
  readonly target: string;
  readonly status: number;
  readonly act: "refused" | "matched";
  /** The rule that refused; undefined where no rule did. */
  readonly ruleId: number | undefined;
  readonly reason: string | undefined;
  /** In detection-only mode: the status that it would have been. */
  readonly wouldRefuse: number | undefined;
  readonly score: number;
  readonly matches: readonly Match[];
}

export interface ListenerNeeds {
  readonly waf: Waf;
  readonly settings: Settings;
  readonly origin: Origin;
  /** Ids of the rules that matched stand in this header of every answer. */
  readonly idHeader: string | undefined;
  readonly record: (record: PassageRecord) => void;
  readonly now: () => number;
}

/** A verdict that ends the request. */
export type Refusal = Extract<Verdict, { act: "refuse" }>;
