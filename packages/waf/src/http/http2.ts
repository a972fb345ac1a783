import type { Ends, Pair, RequestHead } from "./contract.ts";

/**
 * The head of an HTTP/2 request from its header fields, pseudo-header fields among them (RFC 9113 section 8.3.1).
 * `:authority` becomes the Host header where none was sent, as it does for HTTP/1.1 servers behind; a differing one stays beside it.
 */
export function headFromHttp2(fields: readonly Pair[], ends: Ends): RequestHead {
  const pseudo = new Map<string, string>();
  const headers: Pair[] = [];
  for (const [name, value] of fields) {
    if (name.startsWith(":")) pseudo.set(name, value);
    else headers.push([name, value]);
  }
  const authority = pseudo.get(":authority");
  if (authority !== undefined && !headers.some(([name, value]) => name === "host" && value === authority))
    headers.unshift(["host", authority]);
  const method = pseudo.get(":method") ?? "";
  // RFC 9113 section 8.5: CONNECT has an authority and no path.
  const target = pseudo.get(":path") ?? (method === "CONNECT" ? (authority ?? "") : "");
  return { method, target, protocol: "HTTP/2.0", headers, ...ends };
}
