// The HTTP side of the proxy: Node's own parser in front, and behind it every request, also the refused ones, through the engine.
import { createServer, type IncomingMessage, type Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Ends } from "../../http/index.ts";
import { type Capture, captureBytes, untilWhole } from "./capture.ts";
import type { ListenerNeeds } from "./contract.ts";
import { type Exchange, idHeader, openExchange } from "./exchange.ts";
import { endsOf, headOf } from "./head.ts";
import { mendedSocket } from "./mended.ts";
import { answerRaw } from "./raw-answer.ts";
import { judgeRefused, statusOf, withoutLength } from "./refused.ts";
import { openTunnel } from "./tunnel.ts";

/** All of a head has to come within. */
const HEAD_MS_MAX = 10_000;
/** All of a request has to come within. */
const REQUEST_MS_MAX = 60_000;
const IDLE_MS_MAX = 5_000;
const CHECK_EVERY_MS = 1_000;

/** What is known of one connection. */
interface Connection {
  /** Absent where the framing has been mended: that is done once, and what is wrong then is refused. */
  readonly capture: Capture | undefined;
  readonly ends: Ends;
  exchange: Exchange | undefined;
  request: IncomingMessage | undefined;
  isGivenUp: boolean;
}

interface Room {
  readonly needs: ListenerNeeds;
  readonly server: Server;
  readonly connections: WeakMap<Duplex, Connection>;
}

/** A server that is not listening yet. */
export function createListener(needs: ListenerNeeds): Server {
  const server = createServer({
    requireHostHeader: false,
    headersTimeout: HEAD_MS_MAX,
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: IDLE_MS_MAX,
    connectionsCheckingInterval: CHECK_EVERY_MS,
    shouldUpgradeCallback: (request) => needs.origin.upgrade !== undefined && request.headers.upgrade?.toLowerCase() === "websocket",
  });
  // The bytes of a head are bounded; a count would have Node drop the rest unseen.
  server.maxHeadersCount = 0;
  const room: Room = { needs, server, connections: new WeakMap() };
  const serve = (waits: boolean) => (request: IncomingMessage, response: ServerResponse) => accept(room, { request, response, waits });
  server.on("connection", (socket: Duplex) => {
    if (room.connections.has(socket)) return;
    room.connections.set(socket, {
      capture: captureBytes(socket),
      ends: endsOf(socket),
      exchange: undefined,
      request: undefined,
      isGivenUp: false,
    });
  });
  server.on("request", serve(false));
  server.on("checkContinue", serve(true));
  server.on("checkExpectation", serve(false));
  server.on("connect", (request, socket) => acceptConnect(room, request, socket));
  server.on("upgrade", (request, socket, first) => acceptUpgrade(needs, request, { socket, first }));
  server.on("clientError", (error, socket) => refuse(room, error, socket));
  return server;
}

function accept(
  room: Room,
  asked: { readonly request: IncomingMessage; readonly response: ServerResponse; readonly waits: boolean },
): void {
  const { request } = asked;
  const connection = room.connections.get(request.socket);
  connection?.capture?.accepted();
  const ends = connection?.ends ?? endsOf(request.socket);
  const exchange = openExchange({ needs: room.needs, head: headOf(request, ends), ...asked });
  if (connection === undefined) return;
  connection.exchange = exchange;
  connection.request = request;
}

/** Without an upstream there is nothing to connect to, and no tunnel is opened: the answer is that of any other request. */
function acceptConnect(room: Room, request: IncomingMessage, socket: Duplex): void {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(request.socket);
  response.on("finish", () => socket.end());
  request.push(null);
  accept(room, { request, response, waits: false });
}

function acceptUpgrade(
  needs: ListenerNeeds,
  request: IncomingMessage,
  client: { readonly socket: Duplex; readonly first: Uint8Array },
): void {
  if (client.first.length > 0) client.socket.unshift(client.first);
  openTunnel(needs, headOf(request, endsOf(client.socket)), client.socket).catch(() => client.socket.destroy());
}

/** Takes the connection from the parser that has given up and hands it, mended, to a new one. */
function serveMended(room: Room, socket: Duplex, bytes: Uint8Array): void {
  const mended = mendedSocket(socket, bytes);
  const ends = room.connections.get(socket)?.ends ?? endsOf(socket);
  room.connections.set(mended, { capture: undefined, ends, exchange: undefined, request: undefined, isGivenUp: false });
  room.server.emit("connection", mended);
}

function refuse(room: Room, error: Error, socket: Duplex): void {
  const connection = room.connections.get(socket);
  const { code, rawPacket, bytesParsed } = details(error);
  if (connection === undefined || code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  // The parser stumbles over every further chunk as well.
  if (connection.isGivenUp) return;
  connection.isGivenUp = true;
  const status = statusOf(code);
  const { exchange, request } = connection;
  if (exchange !== undefined && request?.complete === false) {
    answerRaw(socket, status, idHeader(room.needs, exchange.breakOff(status)));
    return;
  }
  connection.capture?.stumbled(rawPacket, bytesParsed);
  judgeStumbled(room, { connection, socket, status }).catch(() => socket.destroy());
}

interface Stumbled {
  readonly connection: Connection;
  readonly socket: Duplex;
  readonly status: number;
}

async function judgeStumbled(room: Room, { connection, socket, status }: Stumbled): Promise<void> {
  // An earlier request on this connection is still being answered: its answer comes first.
  await connection.exchange?.done;
  const bytes = connection.capture === undefined ? new Uint8Array(0) : await untilWhole(connection.capture, socket);
  const mended = withoutLength(bytes);
  if (mended !== undefined) {
    serveMended(room, socket, mended);
    return;
  }
  const ids = bytes.length === 0 ? [] : judgeRefused(room.needs, bytes, { ends: connection.ends, status });
  answerRaw(socket, status, bytes.length === 0 ? [] : idHeader(room.needs, ids));
}

function details(error: Error): { readonly code: string; readonly rawPacket: Uint8Array | undefined; readonly bytesParsed: number } {
  const code: unknown = Reflect.get(error, "code");
  const rawPacket: unknown = Reflect.get(error, "rawPacket");
  const bytesParsed: unknown = Reflect.get(error, "bytesParsed");
  return {
    code: typeof code === "string" ? code : "",
    rawPacket: rawPacket instanceof Uint8Array ? rawPacket : undefined,
    bytesParsed: typeof bytesParsed === "number" ? bytesParsed : 0,
  };
}
