import { Fault } from "../kit/index.ts";

export interface Target {
  /** Decoded once, without the query. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: string;
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)(\/.*)$/i;
// RFC 3986 §3.3 pchar, and "/". A backslash, a control character or an 8-bit byte never gets further than this line.
const PATH = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/;
const QUERY = /^[\x21\x22\x24-\x7e]*$/;
// Slash, backslash and control characters would give one address two spellings.
const DECODED_REFUSED = /[\x00-\x1f\x7f/\\]/;
// A token in a URL ends in histories and logs (ASVS 5.0 14.2.1), so it is refused and not only ignored.
const TOKEN_IN_QUERY = /(?:^|&)(?:apikey|access_token|refresh_token)=/i;

/** Reads a request target: `/…`, or the absolute form whose authority is the Host of the request (RFC 9112 §3.2). */
export function readTarget(raw: string, host: string, urlBytesMax: number): Target {
  if (raw.length > urlBytesMax) throw new Fault("request.target", "The address is longer than this server takes.");
  const origin = raw.startsWith("/") ? raw : fromAbsolute(raw, host);
  const mark = origin.indexOf("?");
  const rawPath = mark === -1 ? origin : origin.slice(0, mark);
  const query = mark === -1 ? "" : origin.slice(mark + 1);
  if (!PATH.test(rawPath)) throw malformed("The path has a character that must be percent-encoded.");
  if (!QUERY.test(query)) throw malformed("The query has a character that must be percent-encoded.");
  if (TOKEN_IN_QUERY.test(query)) throw malformed("Keys and tokens are taken from headers only, never from the address.");
  const segments = segmentsOf(rawPath);
  return { path: rawPath.includes("%") ? `/${segments.join("/")}` : rawPath, segments, query };
}

function fromAbsolute(raw: string, host: string): string {
  const match = ABSOLUTE.exec(raw);
  if (match?.[2] === undefined) throw malformed("The request target is neither a path nor an address of this server.");
  if (match[1]?.toLowerCase() !== host.toLowerCase()) throw malformed("The address and the Host header name different servers.");
  return match[2];
}

function segmentsOf(rawPath: string): readonly string[] {
  if (rawPath === "/") return [];
  const segments: string[] = [];
  for (let from = 1; from <= rawPath.length; ) {
    const slash = rawPath.indexOf("/", from);
    const end = slash === -1 ? rawPath.length : slash;
    const segment = rawPath.slice(from, end);
    const decoded = segment.includes("%") ? decode(segment) : segment;
    if (decoded === "." || decoded === ".." || (decoded === "" && slash !== -1))
      throw malformed("The path has an empty or a dotted segment.");
    segments.push(decoded);
    from = end + 1;
  }
  return segments;
}

function decode(segment: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(segment);
  } catch (cause) {
    throw new Fault("request.malformed", "The path has percent-encoding that is not UTF-8.", { cause });
  }
  if (DECODED_REFUSED.test(decoded)) throw malformed("The path has an encoded slash, backslash or control character.");
  return decoded;
}

function malformed(message: string): Fault {
  return new Fault("request.malformed", message);
}
