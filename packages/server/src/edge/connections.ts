import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Clock } from "../kit/index.ts";
import type { Peer } from "./call.ts";
import type { Drills } from "./drills.ts";
import { isLoopback } from "./host.ts";
import type { Judge } from "./judge.ts";
import type { EdgeLimits } from "./limits.ts";
import type { Pacer } from "./pace.ts";

/** A connection after its handshake. */
export interface Connection extends Peer {
  readonly socket: TLSSocket;
  controlFrames: number;
  refusedStreams: number;
  /** Streams that the peer has reset before their answer had left, in this window. */
  takenBack: number;
  readBefore: number;
  writtenBefore: number;
  windowSince: number;
}

/** All connections: who is behind them, how many, and which of them make noise. */
export interface Connections extends Disposable {
  /** Before TLS: whether this peer may have a connection at all. Answers false for one it has destroyed. */
  accept(raw: Socket): boolean;
  /** After the handshake. */
  open(socket: TLSSocket): Connection;
  of(socket: object): Connection | undefined;
  destroyAll(): void;
  readonly size: number;
}

interface ConnectionsNeeds {
  readonly judge: Judge;
  readonly clock: Clock;
  readonly pacer: Pacer;
  readonly limits: EdgeLimits;
  readonly drills: Pick<Drills, "peerOf">;
}

const ANSWER_BYTES_PER_UPDATE_BYTE = 64;

export function createConnections(needs: ConnectionsNeeds): Connections {
  const { judge, clock, limits, drills } = needs;
  const raws = new Set<Socket>();
  const open = new Set<Connection>();
  const bySocket = new WeakMap<object, Connection>();
  const timer = setInterval(() => {
    const now = clock.elapsed();
    for (const connection of open) if (now - connection.windowSince >= limits.controlWindowMs) checkNoise(connection, limits, now);
  }, limits.checkEveryMs);
  timer.unref();

  return {
    get size() {
      return raws.size;
    },
    accept(raw) {
      const address = drills.peerOf(raw.remoteAddress, raw.remotePort);
      raw.on("error", () => raw.destroy());
      if (address === "" || raws.size >= limits.connectionsMax || !judge.admits({ stage: "address", address })) {
        raw.destroy();
        return false;
      }
      raws.add(raw);
      raw.on("close", () => {
        raws.delete(raw);
        judge.learn({ kind: "connectionClosed", address });
      });
      return true;
    },
    open(socket) {
      const connection = createConnection(socket, drills.peerOf(socket.remoteAddress, socket.remotePort), clock.elapsed());
      open.add(connection);
      bySocket.set(socket, connection);
      const watched = watchAnswers(needs, connection);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        // What was pipelined behind is nobody's any more.
        connection.closing = true;
        open.delete(connection);
        watched.end();
      });
      return connection;
    },
    of: (socket) => bySocket.get(socket),
    destroyAll() {
      for (const raw of raws) raw.destroy();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
    },
  };
}

function createConnection(socket: TLSSocket, address: string, now: number): Connection {
  return {
    socket,
    address,
    loopback: isLoopback(address),
    running: 0,
    pipelined: [],
    newest: undefined,
    ending: false,
    closing: false,
    headBytes: 0,
    bodyBytes: 0,
    writtenBefore: 0,
    controlFrames: 0,
    refusedStreams: 0,
    takenBack: 0,
    readBefore: 0,
    windowSince: now,
  };
}

/** HTTP/1.1 answers leave through the connection in turn, so its pace is theirs. HTTP/2 streams are watched one by one. */
function watchAnswers({ pacer, limits }: ConnectionsNeeds, connection: Connection): { end(): void } {
  const { socket } = connection;
  return pacer.watch({
    moved: () => (socket.writableLength > 0 ? socket.bytesWritten - socket.writableLength : undefined),
    windowMs: limits.answerWindowMs,
    bytesMin: limits.answerBytesPerWindowMin,
    giveUp: () => socket.destroy(),
  });
}

/** What a connection reads beyond its heads and bodies does no work: PING, SETTINGS, PRIORITY, empty DATA. */
function checkNoise(connection: Connection, limits: EdgeLimits, now: number): void {
  const { bytesRead, bytesWritten } = connection.socket;
  // A peer that takes a large answer opens its window again and again, so it may say more.
  const windowUpdates = (bytesWritten - connection.writtenBefore) / ANSWER_BYTES_PER_UPDATE_BYTE;
  const noise = bytesRead - connection.readBefore - connection.headBytes - connection.bodyBytes - windowUpdates;
  if (noise > limits.noiseBytesPerWindowMax || connection.headBytes > limits.headerBytesPerWindowMax) connection.socket.destroy();
  connection.readBefore = bytesRead;
  connection.writtenBefore = bytesWritten;
  connection.headBytes = 0;
  connection.bodyBytes = 0;
  connection.controlFrames = 0;
  connection.takenBack = 0;
  connection.windowSince = now;
}
