// The HTTP side of the proxy: Node's own parser in front, and behind it every request, also the refused ones, through the firewall.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { answered, answerRaw, breakOffAccepted, endsOf, headOf, noteAccepted, refuseBroken, statusOfBroken } from "../../adapter/index.ts";
import { type Ends, headerValue } from "../../http/index.ts";
import { type Capture, captureBytes, untilWhole } from "./capture.ts";
import type { ListenerNeeds } from "./contract.ts";
import { serve } from "./exchange.ts";
import { withoutLength } from "./length.ts";
import { mendedSocket } from "./mended.ts";
import { joinContentTypes } from "./strictness.ts";
import { openTunnel } from "./tunnel.ts";

const IDLE_MS_MAX = 5_000;
const CHECKS_IN_A_LIMIT = 10;
const CONNECTIONS_MAX = 10_000;
/** Requests of one connection that wait for their turn; no client that means well sends as many before it reads an answer. */
const WAITING_MAX = 1_000;

/** What is known of one connection. */
interface Connection {
  /** Absent where the framing has been mended: that is done once, and what is wrong then is refused. */
  readonly capture: Capture | undefined;
  readonly ends: Ends;
  /** Ends when the request before has been answered; undefined where none is under way. */
  turn: Promise<void> | undefined;
  /** The same for all requests but the last. */
  before: Promise<void> | undefined;
  waiting: number;
  isGivenUp: boolean;
}

interface Room {
  readonly needs: ListenerNeeds;
  readonly server: Server;
  readonly connections: WeakMap<Duplex, Connection>;
}

/** Node's server knows nothing of connections that have become something else. */
export interface Listener extends Server {
  /** Ends all connections, WebSockets among them. */
  endAll(): void;
}

/** A server that is not listening yet. */
export function createListener(needs: ListenerNeeds): Listener {
  const { headMs, requestMs, stallMs } = needs.limits;
  const connections = new WeakMap<Duplex, Connection>();
  const server = createServer({
    requireHostHeader: false,
    headersTimeout: headMs,
    requestTimeout: requestMs,
    keepAliveTimeout: IDLE_MS_MAX,
    connectionsCheckingInterval: Math.ceil(headMs / CHECKS_IN_A_LIMIT),
    shouldUpgradeCallback: (request) =>
      needs.origin.upgrade !== undefined && isWebSocket(request) && connections.get(request.socket)?.turn === undefined,
  });
  // The bytes of a head are bounded; a count would have Node drop the rest unseen.
  server.maxHeadersCount = 0;
  server.maxConnections = CONNECTIONS_MAX;
  server.timeout = stallMs;
  // A client may close its side and wait for the answer.
  Reflect.set(server, "httpAllowHalfOpen", true);
  const room: Room = { needs, server, connections };
  const sockets = new Set<Duplex>();
  server.on("connection", (socket: Duplex) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (!connections.has(socket)) connections.set(socket, { ...NEW, capture: captureBytes(socket), ends: endsOf(socket) });
  });
  server.on("request", (request, response) => accept(room, request, response));
  server.on("checkContinue", (request, response) => accept(room, request, response, { waits: true }));
  server.on("checkExpectation", (request, response) => accept(room, request, response));
  server.on("connect", (request, socket, first) => acceptTunnel(room, request, { socket, first }));
  server.on("upgrade", (request, socket, first) => acceptTunnel(room, request, { socket, first }));
  server.on("clientError", (error, socket) => refuse(room, error, socket));
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return Object.assign(server, { endAll });
}

const NEW = { turn: undefined, before: undefined, waiting: 0, isGivenUp: false };

/** RFC 6455 section 4.1. What has a body is a request like any other. */
function isWebSocket({ method, headers }: IncomingMessage): boolean {
  const hasBody = headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket" && !hasBody;
}

/** One request after the other: what is pipelined costs the origin no more than what is not. */
function accept(room: Room, request: IncomingMessage, response: ServerResponse, { waits } = { waits: false }): void {
  const connection = room.connections.get(request.socket);
  if (connection === undefined || connection.waiting >= WAITING_MAX) {
    request.socket.destroy();
    return;
  }
  noteAccepted(request, response);
  connection.capture?.accepted();
  const head = joinContentTypes(headOf(request, connection.ends));
  // The parser leaves what follows an upgrade unread, also where none is made.
  if (headerValue(head.headers, "upgrade") !== undefined) response.shouldKeepAlive = false;
  const run = async (): Promise<void> => {
    await serve(room.needs, { head, request, response, waits });
    await answered(response);
  };
  connection.before = connection.turn;
  connection.waiting++;
  const turn = (connection.turn === undefined ? run() : connection.turn.then(run))
    .catch(() => void response.destroy())
    .then(() => {
      connection.waiting--;
      if (connection.turn === turn) connection.turn = undefined;
    });
  connection.turn = turn;
}

/** A WebSocket, or CONNECT: what comes next on the connection is no request. */
function acceptTunnel(room: Room, request: IncomingMessage, client: { readonly socket: Duplex; readonly first: Uint8Array }): void {
  const { socket, first } = client;
  const connection = room.connections.get(socket);
  const head = joinContentTypes(headOf(request, connection?.ends));
  if (first.length > 0) socket.unshift(first);
  socket.on("error", () => socket.destroy());
  Promise.resolve(connection?.turn)
    .then(() => openTunnel(room.needs, head, socket))
    .catch(() => socket.destroy());
}

/** Takes the connection from the parser that has given up and hands it, mended, to a new one. */
function serveMended(room: Room, socket: Duplex, bytes: Uint8Array, ends: Ends): void {
  const mended = mendedSocket(socket, bytes);
  room.connections.set(mended, { ...NEW, capture: undefined, ends });
  room.server.emit("connection", mended);
}

function refuse(room: Room, error: Error, socket: Duplex): void {
  const connection = room.connections.get(socket);
  if (connection === undefined || !socket.writable || Reflect.get(error, "code") === "ECONNRESET") {
    socket.destroy();
    return;
  }
  // The parser stumbles over every further chunk as well.
  if (connection.isGivenUp) return;
  connection.isGivenUp = true;
  connection.capture?.stumbled(error);
  refuseInTurn(room, { connection, socket, status: statusOfBroken(error) }).catch(() => socket.destroy());
}

interface Stumbled {
  readonly connection: Connection;
  readonly socket: Duplex;
  readonly status: number;
}

async function refuseInTurn({ needs, ...room }: Room, { connection, socket, status }: Stumbled): Promise<void> {
  const { capture, ends } = connection;
  await connection.before;
  if (breakOffAccepted(socket, status)) return;
  await connection.turn;
  const bytes = capture === undefined ? NOTHING : await untilWhole(capture, socket);
  const mended = withoutLength(bytes);
  if (mended !== undefined) serveMended({ needs, ...room }, socket, mended, ends);
  else if (bytes.length === 0) answerRaw(socket, { status });
  else refuseBroken(needs.protection, { bytes, socket, ends, status, witness: needs.witness });
}

const NOTHING = new Uint8Array(0);
