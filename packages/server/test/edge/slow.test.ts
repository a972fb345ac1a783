import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { describe, test } from "node:test";
import type { TLSSocket } from "node:tls";
import { certificate, converse, rawTls, statuses, testEdge } from "./fixture.ts";
import { block, frame, rawSession, request, setting, TYPE } from "./h2-frames.ts";
import { probeDialect } from "./probe-dialect.ts";

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
/** Small, so that the tests need not wait as long as a real server does. Each is far from the others. */
const QUICK = {
  headersMs: 500,
  handshakeMs: 10_000,
  checkEveryMs: 40,
  bodyWindowMs: 200,
  answerWindowMs: 200,
  keepAliveMs: 200,
  requestMs: 30_000,
} as const;
const POST = "POST /probe/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n";

interface Slow {
  readonly does: string;
  readonly status: number | undefined;
  run(socket: TLSSocket): void;
}

/** Writes one byte now and then for as long as the other side listens. */
function drip(socket: TLSSocket, byte: string): void {
  const timer = setInterval(() => {
    if (socket.writable) socket.write(byte);
  }, 30);
  socket.once("close", () => clearInterval(timer));
}

const ROWS: readonly Slow[] = [
  { does: "sends nothing", status: 408, run: () => undefined },
  {
    does: "sends its head a byte at a time",
    status: 408,
    run(socket) {
      socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\nX: ");
      drip(socket, "x");
    },
  },
  { does: "stops in the middle of a body", status: 408, run: (socket) => socket.write(`${POST}{`) },
  {
    does: "sends its body a byte at a time",
    status: 408,
    run(socket) {
      socket.write(POST);
      drip(socket, " ");
    },
  },
  {
    does: "never reads a large answer",
    status: undefined,
    run(socket) {
      socket.pause();
      socket.write("GET /probe/large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    },
  },
  {
    does: "never reads the answers to what it pipelines",
    status: undefined,
    run(socket) {
      socket.pause();
      socket.write("GET /probe/large HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20));
    },
  },
  { does: "stays after its answer", status: 200, run: (socket) => socket.write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n") },
];

describe("Holdfast, with a peer that is slow,", { concurrency: 8 }, () => {
  for (const { does, status, run } of ROWS) {
    test(`lets go of one that ${does}`, async () => {
      await using served = await testEdge({ dialects: [probeDialect().dialect], limits: QUICK });
      const socket = await rawTls(served.edge.port);
      let heard = "";
      socket.on("data", (piece: Buffer) => {
        heard += piece.toString("latin1");
      });
      run(socket);
      await untilNobody(served.edge.connections);
      if (status !== undefined) assert.deepEqual(statuses(heard), [status]);
      socket.destroy();
    });
  }

  test("lets go of one that reads a large answer slower than the least pace", async () => {
    await using served = await testEdge({ dialects: [probeDialect().dialect], limits: QUICK });
    const socket = await rawTls(served.edge.port);
    socket.pause();
    socket.write("GET /probe/large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const reader = setInterval(() => socket.read(10), 20);
    await untilNobody(served.edge.connections);
    clearInterval(reader);
    socket.destroy();
  });

  test("lets go of one that says nothing in its handshake", async () => {
    await using served = await testEdge({ limits: { ...QUICK, handshakeMs: 200 } });
    const socket = connect(served.edge.port, "127.0.0.1");
    socket.on("error", () => undefined);
    await new Promise((resolve) => socket.once("connect", resolve));
    await untilNobody(served.edge.connections, 1);
    socket.destroy();
  });

  test("lets go of a stream whose window stays shut, and of a body that stops, over HTTP/2", async () => {
    await using served = await testEdge({ dialects: [probeDialect().dialect], limits: QUICK });
    const session = await rawSession(served.edge.port, setting(4, 0));
    session.write(frame(TYPE.headers, 0x5, 1, request("/probe/large")));
    const head = block(
      [":method", "POST"],
      [":scheme", "https"],
      [":path", "/probe/echo"],
      [":authority", "localhost"],
      ["content-type", "application/json"],
      ["content-length", "10"],
    );
    session.write(frame(TYPE.headers, 0x4, 3, head), frame(TYPE.data, 0, 3, Buffer.from("{")));
    const isReset = (stream: number): boolean => session.frames().some((one) => one.type === TYPE.reset && one.stream === stream);
    while (!isReset(1) || !isReset(3)) await pause(20);
    session.socket.destroy();
  });

  test("lets go of an HTTP/2 session on which nothing happens", async () => {
    await using served = await testEdge({ limits: { ...QUICK, sessionIdleMs: 200 } });
    const session = await rawSession(served.edge.port);
    await session.closed;
    await untilNobody(served.edge.connections);
  });

  test("keeps one that is slow within reason", async () => {
    await using served = await testEdge({
      dialects: [probeDialect().dialect],
      limits: { ...QUICK, bodyWindowMs: 1_000, bodyBytesPerWindowMin: 20 },
    });
    const socket = await rawTls(served.edge.port);
    let heard = "";
    socket.on("data", (piece: Buffer) => {
      heard += piece.toString("latin1");
    });
    socket.write(POST);
    for (let sent = 0; sent < 1_000; sent += 50) {
      socket.write(" ".repeat(50));
      await pause(120);
    }
    while (heard === "") await pause(10);
    assert.deepEqual(statuses(heard), [200]);
    socket.destroy();
  });

  test("answers others at once while it waits for 60 that send nothing", async () => {
    await using served = await testEdge({ limits: QUICK });
    const held = await Promise.all(Array.from({ length: 60 }, () => rawTls(served.edge.port)));
    assert.deepEqual(statuses(await converse(served.edge.port, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", 100)), [200]);
    await untilNobody(served.edge.connections);
    for (const socket of held) socket.destroy();
  });

  test("is shown slow peers that bite: plain node keeps every one of them", async () => {
    const twin = createServer(certificate(), (request, response) => {
      request.resume();
      request.on("end", () => response.end("x".repeat(16_777_216)));
    });
    await new Promise<void>((resolve) => twin.listen(0, "127.0.0.1", resolve));
    const { port } = twin.address() as AddressInfo;
    const sockets = await Promise.all(ROWS.slice(0, 6).map(() => rawTls(port)));
    for (const [at, socket] of sockets.entries()) ROWS[at]?.run(socket);
    await pause(1_200);
    assert.equal(await new Promise((resolve) => twin.getConnections((_error, count) => resolve(count))), 6);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => twin.close(resolve));
  });
});

describe("Holdfast, refusing a body that is still being sent over HTTP/1.1,", { concurrency: 4 }, () => {
  const head = (more: string): string =>
    `POST /probe/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${more}\r\n\r\n`;
  const bodyBytes = 4_000_000;
  const piece = Buffer.alloc(16_384, " ");
  const refusals = [
    ["that is too large", 413, `Content-Length: ${bodyBytes}`, piece],
    ["of no known length", 411, "Transfer-Encoding: chunked", Buffer.concat([Buffer.from("4000\r\n"), piece, Buffer.from("\r\n")])],
  ] as const;

  for (const [which, status, length, part] of refusals) {
    test(`lets a client hear the answer that does not read before it has sent a body ${which}`, async () => {
      await using served = await testEdge({ dialects: [probeDialect().dialect] });
      const socket = await rawTls(served.edge.port);
      let error: Error | undefined;
      socket.on("error", (cause) => {
        error = cause;
      });
      socket.write(head(length));
      for (let sent = 0; sent < bodyBytes && error === undefined; sent += piece.length) {
        if (!socket.write(part)) await Promise.race([once(socket, "drain"), once(socket, "close")]);
      }
      let heard = "";
      for await (const text of socket.setEncoding("latin1")) heard += String(text);
      assert.equal(error, undefined);
      assert.deepEqual(statuses(heard), [status]);
      await untilNobody(served.edge.connections);
    });
  }

  for (const [bound, limits] of [
    ["milliseconds", { lingerMs: 100, lingerBytesMax: 1e12 }],
    ["bytes", { lingerMs: 600_000, lingerBytesMax: 100_000 }],
  ] as const) {
    test(`takes no more of it than so many ${bound} allow`, { timeout: 20_000 }, async () => {
      await using served = await testEdge({ dialects: [probeDialect().dialect], limits: { requestMs: 600_000, ...limits } });
      const socket = await rawTls(served.edge.port);
      // It goes on although it has heard that nobody listens.
      socket.allowHalfOpen = true;
      socket.on("data", () => undefined);
      socket.write(head("Content-Length: 900000000"));
      const timer = setInterval(() => socket.writable && socket.write(piece), 5);
      await untilNobody(served.edge.connections);
      clearInterval(timer);
      socket.destroy();
    });
  }
});

/** Waits as long as it takes; the runner's own time limit is the only one. */
async function untilNobody(count: () => number, atFirst = 0): Promise<void> {
  while (count() < atFirst) await pause(10);
  while (count() > 0) await pause(20);
}
