import { headerValues, type RequestHead } from "../../http/index.ts";

const HOST = /^(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?$/;
const AUTHORITY = /^(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\]):[0-9]{1,5}$/;
const ABSOLUTE = /^https?:\/\/([^/?#]*)/i;

/** What Node's parser lets through and RFC 9112 does not, as a sentence; undefined: nothing. The answer to it is 400. */
export function protocolFault(head: RequestHead): string | undefined {
  if (head.protocol !== "HTTP/1.1" && head.protocol !== "HTTP/1.0") return "the protocol version is not one that is spoken here";
  // Section 3.2: a request target has no fragment.
  if (head.target.includes("#")) return "the request target has a fragment";
  if (head.method === "CONNECT" && !AUTHORITY.test(head.target)) return "CONNECT wants a host and a port";
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
