import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { BodyFault } from "../body/index.ts";
import type { Match, Waf } from "../engine/index.ts";

/** What every adapter takes. */
export interface Protection {
  readonly waf: Waf;
  /** Bytes of a request body that are held until the firewall has judged them; what is larger is answered 413. */
  readonly bodyBytesMax?: number;
  /** Bytes of all bodies together that are held at the same time; who comes when no more fits is answered 503. */
  readonly heldBytesMax?: number;
  /** Bytes of an answer that are held where rules look into answers; what is larger goes on after its beginning was judged. */
  readonly answerBytesMax?: number;
  /**
   * What becomes of a body that cannot be read (broken, compressed twice, in an unknown character set): `refuse` answers 400. A firewall in
   * detection-only mode wants `pass`, which lets attacks through that hide in such bodies.
   */
  readonly unreadable?: "refuse" | "pass";
  /** Is told of every request that was refused, for logs. Must not throw. */
  readonly onRefused?: (refused: Refused) => void;
}

/** One request that was refused. */
export interface Refused {
  /** What the client was told to quote. */
  readonly id: string;
  readonly status: number;
  /** 0 where no rule refused it. */
  readonly ruleId: number;
  readonly reason: string;
  readonly fault: BodyFault | undefined;
  readonly score: number;
  /** The rules that matched and are to be logged. */
  readonly matches: readonly Match[];
}

/** What a refused client is told. */
export interface Refusal {
  readonly status: number;
  readonly ruleId: number;
  readonly reason: string;
  readonly location?: string;
  readonly drop?: boolean;
}

export const BODY_BYTES_MAX = 12.5 * 1_048_576;
export const HELD_BYTES_MAX = 256 * 1_048_576;
export const ANSWER_BYTES_MAX = 524_288;

/** HTTP/1, or HTTP/2 by Node's compatibility API. */
export type AnyRequest = IncomingMessage | Http2ServerRequest;
export type AnyResponse = ServerResponse | Http2ServerResponse;
