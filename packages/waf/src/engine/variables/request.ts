import { Buffer } from "node:buffer";
import { headerValue, readCookies } from "../../http/index.ts";
import { fromPairs, namesOf } from "../entry.ts";
import type { State } from "../state.ts";
import type { VariableTable } from "./contract.ts";
import { collection, optional, scalar } from "./make.ts";

/** What the head of the request says. */
export const REQUEST_VARIABLES: VariableTable = {
  AUTH_TYPE: optional("head", (state) => headerValue(state.head.headers, "authorization")?.split(" ", 1)[0]),
  FULL_REQUEST_LENGTH: scalar("body", (state) => String(fullRequest(state).length)),
  FULL_REQUEST: scalar("body", fullRequest),
  PATH_INFO: scalar("head", (state) => state.target.path),
  QUERY_STRING: scalar("head", (state) => state.target.query, "forgotten"),
  REMOTE_ADDR: scalar("head", (state) => state.head.remoteAddress),
  // Looking names up would leave the process; ModSecurity gives the address as well unless told otherwise.
  REMOTE_HOST: scalar("head", (state) => state.head.remoteAddress),
  REMOTE_PORT: scalar("head", (state) => String(state.head.remotePort), "forgotten"),
  REMOTE_USER: optional("head", remoteUser),
  REQUEST_BASENAME: scalar("head", (state) => state.target.baseName),
  REQUEST_COOKIES: collection("head", (state) => fromPairs(readCookies(state.head.headers)), "kept"),
  REQUEST_COOKIES_NAMES: collection("head", (state) => namesOf(state.list("REQUEST_COOKIES")), "kept"),
  REQUEST_FILENAME: scalar("head", (state) => state.target.path),
  REQUEST_HEADERS: collection("head", (state) => fromPairs(state.head.headers), "kept"),
  REQUEST_HEADERS_NAMES: collection("head", (state) => namesOf(state.list("REQUEST_HEADERS")), "kept"),
  REQUEST_LINE: scalar("head", requestLine, "forgotten"),
  REQUEST_METHOD: scalar("head", (state) => state.head.method),
  // A request line without a version is that of HTTP/0.9 (RFC 1945 section 4.1).
  REQUEST_PROTOCOL: scalar("head", (state) => (state.head.protocol === "" ? "HTTP/0.9" : state.head.protocol)),
  REQUEST_URI: scalar("head", (state) => state.target.uri, "forgotten"),
  REQUEST_URI_RAW: scalar("head", (state) => state.target.raw, "forgotten"),
  SERVER_ADDR: scalar("head", (state) => state.head.serverAddress),
  SERVER_NAME: scalar("head", serverName),
  // Who the client is, the server says, whatever proxies stand before it.
  USERAGENT_IP: scalar("head", (state) => state.head.remoteAddress),
  SERVER_PORT: scalar("head", (state) => String(state.head.serverPort)),
};

function requestLine(state: State): string {
  const { method, target, protocol, line } = state.head;
  return line ?? `${method} ${target}${protocol === "" ? "" : ` ${protocol}`}`;
}

function fullRequest(state: State): string {
  const headers = state.head.headers.map(([name, value]) => `${name}: ${value}\n`).join("");
  return `${requestLine(state)}\n${headers}\n${state.bodyFacts?.raw ?? ""}`;
}

function serverName(state: State): string {
  const host = headerValue(state.head.headers, "host") ?? "";
  const bracket = host.startsWith("[") ? host.indexOf("]") : -1;
  if (bracket !== -1) return host.slice(0, bracket + 1);
  const colon = host.indexOf(":");
  return colon === -1 ? host : host.slice(0, colon);
}

/** RFC 7617 section 2: the name before the first colon. */
function remoteUser(state: State): string | undefined {
  const value = headerValue(state.head.headers, "authorization");
  if (value === undefined || !/^basic /i.test(value)) return undefined;
  return Buffer.from(value.slice("basic ".length), "base64").toString("latin1").split(":", 1)[0];
}
