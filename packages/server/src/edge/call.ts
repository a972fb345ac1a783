/** One request as a protocol hands it over: raw facts in, one answer out. The only thing that the request's life knows of sockets. */
export interface Call {
  readonly method: string;
  /** The raw request target. */
  readonly target: string;
  /** `:authority`; `undefined` on HTTP/1.1, where the Host field says it. */
  readonly authority: string | undefined;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly peer: Peer;
  /** A body follows, or may follow. */
  readonly hasBody: boolean;
  /** The whole body; Fault `request.too_large` as soon as it is longer, `request.slow` when it comes slower than the limit. */
  readBody(bytesMax: number): Promise<Uint8Array>;
  /** Once. `headers` is flat. With `close` nothing more is taken from this connection (HTTP/1.1) or stream (HTTP/2). */
  answer(status: number, headers: string[], body: string | Uint8Array | undefined, after: "keep" | "close"): void;
  /** Ends the exchange without an answer. */
  abandon(): void;
}

/** The other end of one connection. */
export interface Peer {
  readonly address: string;
  readonly loopback: boolean;
  /** Bytes of heads, decompressed, and of bodies, since the last look: what the connection reads beyond them is noise. */
  headBytes: number;
  bodyBytes: number;
  running: number;
  /** Requests that came before the answer to the one that runs; HTTP/1.1 only. */
  readonly pipelined: (() => void)[];
  /** The request that was taken last; HTTP/1.1 only. */
  newest: { readonly complete: boolean } | undefined;
  /** No further request is taken from this connection; those that were taken are answered. */
  ending: boolean;
  /** The last answer has been given, or the connection is gone. */
  closing: boolean;
}
