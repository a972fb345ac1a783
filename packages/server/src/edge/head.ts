import { Fault } from "../kit/index.ts";
import type { Addresses } from "./address.ts";
import type { Call } from "./call.ts";
import { type Fields, readFields } from "./fields.ts";
import type { ServedName, ServedNames } from "./host.ts";
import type { WireLimits } from "./limits.ts";
import { readTarget, type Target } from "./target.ts";

/** A request's head that has passed every rule about how heads are written. */
export interface Head {
  /** As it came, with its port. */
  readonly host: string;
  readonly served: ServedName;
  readonly target: Target;
  readonly headers: ReadonlyMap<string, string>;
  readonly forwarded: boolean;
  readonly address: string;
  /** `undefined` where the length is not told beforehand (HTTP/2 only). */
  readonly contentLength: number | undefined;
}

export interface HeadNeeds {
  readonly limits: WireLimits;
  readonly names: ServedNames;
  readonly addresses: Addresses;
}

/** What the head of a request takes on the wire besides its names and values: line ends, colons, frame heads. */
const FRAMING_BYTES_MAX = 512;
const METHOD = /^[A-Z]{1,16}$/;
const LENGTH = /^[0-9]{1,15}$/;

export function readHead(call: Call, { limits, names, addresses }: HeadNeeds): Head {
  const fields = readFields(call.rawHeaders, limits);
  call.peer.headBytes += fields.bytes + call.target.length + FRAMING_BYTES_MAX;
  const host = hostOf(call, fields);
  const served = names.find(host);
  if (!METHOD.test(call.method)) throw new Fault("request.malformed", "That is not a method.");
  // No route streams: a body has a length, or it is not taken. Chunks with extensions are never even looked at (RFC 9112 §7.1.1).
  if (fields.all.has("transfer-encoding")) throw new Fault("request.unframed", "Send the body with a Content-Length.");
  const target = readTarget(call.target, host, limits.urlBytesMax);
  return {
    host,
    served,
    target,
    headers: fields.all,
    forwarded: fields.forwarded,
    address: addresses.resolve(call.peer.address, fields.all.get("x-forwarded-for")),
    contentLength: lengthOf(fields),
  };
}

function hostOf(call: Call, fields: Fields): string {
  const field = fields.all.get("host");
  if (call.authority !== undefined && field !== undefined && field.toLowerCase() !== call.authority.toLowerCase()) {
    throw new Fault("request.malformed", "The Host field and :authority name different servers.");
  }
  const host = call.authority ?? field;
  if (host === undefined) throw new Fault("request.malformed", "The request names no host.");
  return host;
}

function lengthOf(fields: Fields): number | undefined {
  const text = fields.all.get("content-length");
  if (text === undefined) return undefined;
  if (!LENGTH.test(text)) throw new Fault("request.malformed", "The Content-Length is not a number.");
  return Number(text);
}
