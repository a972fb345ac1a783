import type { IncomingMessage, ServerResponse } from "node:http";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { Fault } from "../kit/index.ts";
import { refuseUnparsed, type Unparsed } from "./client-error.ts";
import type { Connection, Connections } from "./connections.ts";
import { type H1Needs, takeRequest } from "./h1.ts";
import type { Judge } from "./judge.ts";
import { sayLast, stopTaking } from "./pipeline.ts";
import { takeSession } from "./sessions.ts";
import { type Certificate, serverOptions } from "./tls.ts";

const EXPECTATION_FAILED = 417;

export interface ListenerNeeds extends H1Needs {
  readonly judge: Judge;
  readonly connections: Connections;
  readonly unparsed: Unparsed;
  readonly certificate: Certificate;
  readonly headerBytesMax: number;
}

/** One server for TLS with HTTP/2 and HTTP/1.1, with every door that a peer could knock on answered here. Not listening yet. */
export function createListener(needs: ListenerNeeds): Http2SecureServer {
  const { connections, limits } = needs;
  const server = createSecureServer(serverOptions(needs.certificate, limits, needs.headerBytesMax));
  // The parser would silently drop the fields beyond such a number; the head's own rule refuses them instead.
  Object.assign(server, { maxHeadersCount: 0, maxRequestsPerSocket: limits.requestsPerConnectionMax });
  judgeBeforeTls(server, connections);

  // A session starts within the very event that opens its connection, and shows its socket only behind a proxy object.
  let newest: Connection | undefined;
  server.prependListener("secureConnection", (socket: TLSSocket) => {
    newest = connections.open(socket);
  });
  server.on("session", (session) => {
    if (newest === undefined || session.socket.remotePort !== newest.socket.remotePort) session.destroy();
    else takeSession(needs, newest, session);
  });
  const refuse = (error: Error, socket: Socket): void => refuseUnparsed(needs.unparsed, connections.of(socket), error, socket);
  const take = (request: IncomingMessage, response: ServerResponse, wantsContinue: boolean): void => {
    const connection = connections.of(request.socket);
    // The parser takes a line without a version for HTTP/0.9, in which fields would be the next request.
    if (connection === undefined || request.httpVersionMajor !== 1) refuse(new Error("That is not HTTP/1."), request.socket);
    else takeRequest(needs, connection, request, response, wantsContinue);
  };
  withoutImitation(server);
  server.on("request", (request: IncomingMessage, response: ServerResponse) => take(request, response, false));
  server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => take(request, response, true));
  answerErrors(server, needs, refuse);
  return server;
}

/** Nobody who may not have a connection costs a handshake. */
function judgeBeforeTls(server: Http2SecureServer, connections: Connections): void {
  const [handshake, ...others] = server.listeners("connection");
  if (handshake === undefined || others.length > 0)
    throw new Fault("internal", "This runtime accepts connections in a way that the edge does not know.");
  server.removeAllListeners("connection");
  server.on("connection", (raw: Socket) => {
    if (connections.accept(raw)) handshake.call(server, raw);
  });
}

/** Without this, listening for "request" would wrap every HTTP/2 stream into an imitation of HTTP/1.1, at a price. */
function withoutImitation(server: Http2SecureServer): void {
  server.removeAllListeners("newListener");
}

function answerErrors(server: Http2SecureServer, needs: ListenerNeeds, refuse: (error: Error, socket: Socket) => void): void {
  // The runtime would hand failed handshakes to "clientError", where plain text would be written into a TLS socket.
  server.removeAllListeners("tlsClientError");
  server.on("tlsClientError", (_error: Error, socket: TLSSocket) => socket.destroy());
  server.on("clientError", refuse);
  server.on("checkExpectation", (request: IncomingMessage, response: ServerResponse) => refuseExpectation(needs, request, response));
  server.on("sessionError", (_error: Error, session: ServerHttp2Session) => session.destroy());
  server.on("unknownProtocol", (socket: Socket) => socket.destroy());
  server.on("dropRequest", (_request: IncomingMessage, socket: Socket) => dropRequest(needs, socket));
  server.on("connect", (_request: IncomingMessage, socket: Socket) => refuse(new Error("A tunnel was asked for."), socket));
}

/** What waits behind it is not worked on, as behind every answer that closes. */
function refuseExpectation({ connections, limits }: ListenerNeeds, { socket }: IncomingMessage, response: ServerResponse): void {
  const connection = connections.of(socket);
  if (connection?.ending) return;
  const answer = (): void => {
    response.writeHead(EXPECTATION_FAILED, { connection: "close", "content-length": "0" });
    response.end(() => socket.destroy());
  };
  if (connection === undefined || connection.closing || !sayLast(connection, socket, limits, answer)) socket.destroy();
}

/** Beyond the requests that a connection may bring. The runtime closes with the answer to the last of them. */
function dropRequest({ connections, limits }: ListenerNeeds, socket: Socket): void {
  const connection = connections.of(socket);
  if (connection === undefined || connection.running === 0) socket.destroy();
  else stopTaking(connection, socket, limits);
}
