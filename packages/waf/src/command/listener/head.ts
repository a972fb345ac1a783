import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Ends, headerValues, type Pair, type RequestHead } from "../../http/index.ts";

/** The ends of a connection; blank where the socket has none or is gone. */
export function endsOf(socket: Duplex): Ends {
  const text = (name: string): string => {
    const value: unknown = Reflect.get(socket, name);
    return typeof value === "string" ? value : "";
  };
  const number = (name: string): number => {
    const value: unknown = Reflect.get(socket, name);
    return typeof value === "number" ? value : 0;
  };
  return {
    remoteAddress: text("remoteAddress").replace(/^::ffff:(?=\d+\.)/, ""),
    remotePort: number("remotePort"),
    serverAddress: text("localAddress").replace(/^::ffff:(?=\d+\.)/, ""),
    serverPort: number("localPort"),
  };
}

/** The head as it came, with what RFC 9110 allows a recipient to join already joined: the engine and the origin see the same. */
export function headOf(request: IncomingMessage, ends: Ends): RequestHead {
  const method = request.method ?? "";
  const target = request.url ?? "";
  const protocol = `HTTP/${request.httpVersion}`;
  return {
    method,
    target,
    protocol,
    line: `${method} ${target} ${protocol}`,
    headers: joinContentTypes(pairsOf(request.rawHeaders)),
    ...ends,
  };
}

/** Node hands headers over as one list of names and values in turn. */
export function pairsOf(raw: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) pairs.push([raw[at] ?? "", raw[at + 1] ?? ""]);
  return pairs;
}

/** Two Content-Types read differently by two servers are a way round a firewall: joined (RFC 9110 section 5.3) they are one that no server knows. */
function joinContentTypes(headers: Pair[]): readonly Pair[] {
  const types = headerValues(headers, "content-type");
  if (types.length < 2) return headers;
  const first = headers.findIndex(([name]) => name.toLowerCase() === "content-type");
  return headers
    .map((pair, index): Pair => (index === first ? [pair[0], types.join(", ")] : pair))
    .filter(([name], index) => index === first || name.toLowerCase() !== "content-type");
}
