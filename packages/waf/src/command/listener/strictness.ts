import { headerValues, type Pair, type RequestHead } from "../../http/index.ts";

const HOST = /^(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/;
const AUTHORITY = /^(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}$/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/** What Node's parser lets through and RFC 9112 does not, as a sentence; undefined: nothing. The answer to it is 400. */
export function protocolFault(head: RequestHead): string | undefined {
  if (head.protocol !== "HTTP/1.1" && head.protocol !== "HTTP/1.0") return "the protocol version is not one that is spoken here";
  // Section 3.2: a request target has no fragment.
  if (head.target.includes("#")) return "the request target has a fragment";
  if (head.method === "CONNECT") return AUTHORITY.test(head.target) ? hostFault(head) : "CONNECT wants a host and a port";
  if (!head.target.startsWith("/") && !ABSOLUTE.test(head.target) && !(head.target === "*" && head.method === "OPTIONS"))
    return "the request target is neither a path nor a URL of this site";
  // Section 6.1: codings other than chunked are not taken off here, and the next reader would not know of them.
  if (headerValues(head.headers, "transfer-encoding").some((value) => value.trim().toLowerCase() !== "chunked"))
    return "the transfer coding is not chunked";
  // Section 6.1: a message of HTTP/1.0 that has one is framed wrongly.
  if (head.protocol === "HTTP/1.0" && headerValues(head.headers, "transfer-encoding").length > 0)
    return "HTTP/1.0 knows no transfer codings";
  return hostFault(head);
}

/** Section 3.2: one Host, valid, and the same as in the target: whoever routes by the other one would be led astray. */
function hostFault(head: RequestHead): string | undefined {
  const hosts = headerValues(head.headers, "host");
  const [host] = hosts;
  if (hosts.length > 1) return "there is more than one Host";
  if (host === undefined) return head.protocol === "HTTP/1.1" ? "there is no Host" : undefined;
  if (!HOST.test(host)) return "the Host is not a name or an address";
  const named = ABSOLUTE.exec(head.target)?.[1];
  if (named !== undefined && named.toLowerCase() !== host.toLowerCase()) return "Host and request target name different hosts";
  return undefined;
}

/** RFC 9112 section 3.2.1: what an origin is asked for is a path, or `*`. Scheme and authority stand in Host, as has been checked. */
export function originForm({ method, target }: RequestHead): string {
  const found = ABSOLUTE.exec(target);
  if (found === null) return target;
  const rest = target.slice(found[0].length);
  if (rest === "") return method === "OPTIONS" ? "*" : "/";
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** Two Content-Types read differently by two servers are a way round a firewall: joined (RFC 9110 section 5.3) they are one that no server knows. */
export function joinContentTypes(head: RequestHead): RequestHead {
  const types = headerValues(head.headers, "content-type");
  if (types.length < 2) return head;
  const isType = ([name]: Pair): boolean => name.toLowerCase() === "content-type";
  const first = head.headers.findIndex(isType);
  const headers = head.headers
    .map((pair, index): Pair => (index === first ? [pair[0], types.join(", ")] : pair))
    .filter((pair, index) => index === first || !isType(pair));
  return { ...head, headers };
}
