import { type Ends, headFromHttp2, type Pair, type RequestHead } from "../http/index.ts";
import type { AnyRequest } from "./contract.ts";

/** The head of a request as it came: headers in the order sent, the target untouched by frameworks. */
export function headOf(request: AnyRequest, ends: Ends = endsOf(request.socket)): RequestHead {
  const headers = pairsOf(request.rawHeaders);
  if (request.httpVersionMajor >= 2) return headFromHttp2(headers, ends);
  const method = request.method ?? "";
  const target = targetOf(request);
  const protocol = `HTTP/${request.httpVersion}`;
  const { remoteAddress, remotePort, serverAddress, serverPort } = ends;
  const line = `${method} ${target} ${protocol}`;
  return { method, target, protocol, headers, line, remoteAddress, remotePort, serverAddress, serverPort };
}

/** Express and its kin cut `url` where a router is mounted, and keep the whole in `originalUrl`. */
function targetOf(request: AnyRequest): string {
  const original: unknown = Reflect.get(request, "originalUrl");
  return typeof original === "string" ? original : (request.url ?? "");
}

/** Node gives names and values in turn, each byte as one character. */
export function pairsOf(raw: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) pairs.push([raw[index] ?? "", raw[index + 1] ?? ""]);
  return pairs;
}

/** The two ends of a connection, blank where it is gone; IPv4 addresses that came over IPv6 are written as IPv4. */
export function endsOf(socket: object): Ends {
  return {
    remoteAddress: addressOf(Reflect.get(socket, "remoteAddress")),
    remotePort: portOf(Reflect.get(socket, "remotePort")),
    serverAddress: addressOf(Reflect.get(socket, "localAddress")),
    serverPort: portOf(Reflect.get(socket, "localPort")),
  };
}

function addressOf(value: unknown): string {
  return typeof value === "string" ? value.replace(/^::ffff:(?=[0-9.]+$)/, "") : "";
}

function portOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
