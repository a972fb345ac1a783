import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { deadPort, idsOf, listening, portOf, statusOf, talk } from "./listening.ts";

const HOST = "Host: a.example\r\n";
const CLOSE = "Connection: close\r\n";

interface Seen {
  readonly headers: readonly string[];
  readonly url: string;
  readonly body: string;
}

/** An application that tells what it was asked. */
async function application(): Promise<AsyncDisposable & { readonly port: number; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const server: Server = createServer((request, response) => void answer(request, response, seen));
  server.on("upgrade", (request: IncomingMessage, socket) => {
    seen.push({ headers: request.rawHeaders, url: request.url ?? "", body: "" });
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nhello ");
    socket.on("data", (chunk) => socket.end(`echo ${chunk.toString("latin1")}`));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: portOf(server.address()),
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, seen: Seen[]): Promise<void> {
  seen.push({ headers: request.rawHeaders, url: request.url ?? "", body: await text(request) });
  if (request.url === "/hangs-up") request.socket.destroy();
  else if (request.url === "/leak") response.writeHead(200, { "content-type": "text/plain" }).end("a leak");
  else if (request.url === "/big") response.writeHead(200, { "content-type": "application/octet-stream" }).end("b".repeat(2_000_000));
  else if (request.url === "/events") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("data: 1 leak\n\n");
    await wait(30);
    response.end("data: 2\n\n");
  } else response.writeHead(201, { "x-up": "good", "X-IDs": "12345", connection: "x-hop", "x-hop": "1" }).end("made");
}

describe("The firewall in front of an application", () => {
  test("hands on what is end to end, and says who asked", async () => {
    await using app = await application();
    await using server = await listening({ upstream: app.port });
    const answer = await talk(server.port, `POST /a?b=c HTTP/1.1\r\n${HOST}Connection: close, x-mine, host\r\nX-Mine: 1\r\nX-Forwarded-For: 9.9.9.9\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`); // biome-ignore format: one line
    equal(statusOf(answer), 201);
    ok(!/x-hop/i.test(answer));
    ok(!answer.includes("12345"));
    match(answer, /^x-up: good\r$/m);
    deepEqual(app.seen[0]?.url, "/a?b=c");
    equal(app.seen[0]?.body, "abc");
    const headers = app.seen[0]?.headers.map((header) => header.toLowerCase()) ?? [];
    equal(headers[headers.indexOf("x-forwarded-for") + 1], "9.9.9.9, 127.0.0.1");
    equal(headers[headers.indexOf("content-length") + 1], "3");
    ok(headers.includes("host") && !headers.includes("x-mine") && !headers.includes("transfer-encoding"));
  });

  test("shows the application nothing of what is refused", async () => {
    await using app = await application();
    await using server = await listening({ upstream: app.port });
    equal(statusOf(await talk(server.port, `GET /attack HTTP/1.1\r\n${HOST}${CLOSE}\r\n`)), 403);
    equal(statusOf(await talk(server.port, `POST /a HTTP/1.1\r\n${HOST}${CLOSE}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n\r\nx=attack`)), 403); // biome-ignore format: one line
    equal(app.seen.length, 0);
  });

  test("lets an event stream pass as it comes, and a large answer whole", async () => {
    await using app = await application();
    await using server = await listening({ upstream: app.port });
    const events = await talk(server.port, `GET /events HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
    match(events, /data: 1 leak\n\n[\s\S]*data: 2\n\n/);
    const big = await talk(server.port, `GET /big HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
    ok(big.length > 2_000_000);
  });

  test("keeps a leak in", async () => {
    await using app = await application();
    await using server = await listening({ upstream: app.port });
    const answer = await talk(server.port, `GET /leak HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
    equal(statusOf(answer), 403);
    ok(!answer.includes("leak"));
  });

  test("passes a WebSocket on, once its handshake has been judged", async () => {
    await using app = await application();
    await using server = await listening({ upstream: app.port });
    const handshake = (target: string): string => `GET ${target} HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    const answer = await talk(server.port, handshake("/socket"), "ping");
    match(answer, /^HTTP\/1\.1 101 [\s\S]*\r\n\r\nhello echo ping$/);
    deepEqual(idsOf(answer), [9]);
    equal(statusOf(await talk(server.port, handshake("/attack"))), 403);
    deepEqual(
      app.seen.map(({ url }) => url),
      ["/socket"],
    );
  });

  test("answers 502 where the application is not there or hangs up", async () => {
    await using app = await application();
    await using server = await listening({ upstream: app.port });
    equal(statusOf(await talk(server.port, `GET /hangs-up HTTP/1.1\r\n${HOST}${CLOSE}\r\n`)), 502);
    await using alone = await listening({ upstream: await deadPort() });
    const answer = await talk(alone.port, `GET /a HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
    equal(statusOf(answer), 502);
    deepEqual(idsOf(answer), [9]);
  });
});
