/** A name and a value, as byte strings. */
export type Pair = readonly [name: string, value: string];

/** The head of a request as it came over the wire: byte strings, in the order sent, nothing decoded, nothing joined. */
export interface RequestHead {
  readonly method: string;
  /** The request target as sent: `/a?b=c`, `*`, `http://host/a`. */
  readonly target: string;
  /** `HTTP/1.1`; whatever stood there. */
  readonly protocol: string;
  readonly headers: readonly Pair[];
  /** The request line as sent, where it is known. */
  readonly line?: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
}

export interface ResponseHead {
  readonly status: number;
  readonly protocol: string;
  readonly headers: readonly Pair[];
}
