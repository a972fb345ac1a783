import { Fault } from "../kit/index.ts";
import type { WireLimits } from "./limits.ts";

/** The fields of one head, each name once. */
export interface Fields {
  readonly all: ReadonlyMap<string, string>;
  /** Forwarded, X-Forwarded-*, X-Real-IP or Via is there: somebody stands between the peer and us. */
  readonly forwarded: boolean;
  /** Names and values together. */
  readonly bytes: number;
}

// Fields whose meaning is a list may be repeated (RFC 9110 §5.3); of any other, two make the request ambiguous.
const LISTS: ReadonlySet<string> = new Set([
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
  "access-control-request-headers",
  "cache-control",
  "connection",
  "forwarded",
  "if-match",
  "if-none-match",
  "pragma",
  "prefer",
  "te",
  "trailer",
  "upgrade",
  "via",
  "x-forwarded-for",
]);
const FORWARDED = /^(?:forwarded|via|x-real-ip|x-forwarded-.*)$/;
// Visible ASCII, space and tab: what RFC 9110 §5.5 lets a sender write. 8-bit bytes mean different things to different readers.
const VALUE = /^[\t\x20-\x7e]*$/;

/** From the raw list of names and values. Pseudo fields of HTTP/2 are left out. */
export function readFields(raw: readonly string[], limits: WireLimits): Fields {
  if (raw.length > limits.headersMax * 2) throw new Fault("request.headers", "The request has more header fields than this server takes.");
  const all = new Map<string, string>();
  let forwarded = false;
  let bytes = 0;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? "").toLowerCase();
    const value = raw[at + 1] ?? "";
    bytes += name.length + value.length;
    if (name.charCodeAt(0) === 0x3a) continue;
    if (!VALUE.test(value)) throw new Fault("request.malformed", "A header field has a character outside ASCII.");
    forwarded ||= FORWARDED.test(name);
    add(all, name, value);
  }
  if (bytes > limits.headerBytesMax) throw new Fault("request.headers", "The header fields are larger than this server takes.");
  return { all, forwarded, bytes };
}

function add(all: Map<string, string>, name: string, value: string): void {
  const before = all.get(name);
  if (before === undefined) {
    all.set(name, value);
    return;
  }
  // HTTP/2 may split a cookie into crumbs (RFC 9113 §8.2.3).
  if (name === "cookie") all.set(name, `${before}; ${value}`);
  else if (LISTS.has(name)) all.set(name, `${before}, ${value}`);
  else throw new Fault("request.malformed", "A header field that may come once came twice.");
}
