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

/** The two ends of a connection, as a RequestHead names them. */
export type Ends = Pick<RequestHead, "remoteAddress" | "remotePort" | "serverAddress" | "serverPort">;

/** The first thing in a raw request that a strict server does not accept. */
export type Complaint =
  | "request line"
  | "target"
  | "protocol version"
  | "bare line feed"
  | "bare carriage return"
  | "nul byte"
  | "folded header"
  | "header without colon"
  | "header name"
  | "header value"
  | "too many headers"
  | "no end of head"
  | "content length"
  | "transfer encoding"
  | "host";

export interface RawRequest {
  readonly head: RequestHead;
  /** What follows the head, chunks taken apart where they can be. */
  readonly body: Uint8Array;
  readonly complaint?: Complaint;
}

/** RFC 9112 section 3.2; `other` is none of them, and is read as a path. */
export type TargetForm = "origin" | "absolute" | "authority" | "asterisk" | "other";

/** What a request target says, read as ModSecurity reads it. */
export interface RequestTarget {
  /** As sent, with scheme, authority and fragment: REQUEST_URI_RAW. */
  readonly raw: string;
  readonly form: TargetForm;
  /** Path and query as sent, without scheme, authority and fragment: REQUEST_URI. */
  readonly uri: string;
  /** `host:port` of the absolute and the authority form, else empty. */
  readonly authority: string;
  /** As sent, up to the first `?` or `#`. */
  readonly rawPath: string;
  /** Percent-decoded once; an escape that is none stays as it is: REQUEST_FILENAME. */
  readonly path: string;
  /** What follows the last slash or backslash of `path`, or all of it where nothing follows: REQUEST_BASENAME. */
  readonly baseName: string;
  /** Without `?`, as sent: QUERY_STRING. */
  readonly query: string;
  /** Without `#`; empty where there is none. */
  readonly fragment: string;
  /** ARGS_GET. Holds both readings of an argument where servers differ, and what lies beyond the count limit as one nameless value. */
  readonly args: readonly Pair[];
  /** An escape that is none stands in path or query: URLENCODED_ERROR. */
  readonly hasInvalidEscape: boolean;
  /** There were more arguments than allowed. */
  readonly isCut: boolean;
}

/** The pairs of a form, and what was wrong with it. */
export interface Form {
  readonly pairs: readonly Pair[];
  readonly hasInvalidEscape: boolean;
  readonly isCut: boolean;
  /** Parsers of Node's read some argument otherwise than its bytes say; true as well where not every argument was looked at. */
  readonly hasOddReading: boolean;
}
