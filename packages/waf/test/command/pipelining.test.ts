import { deepEqual, equal, match, ok } from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { listening, statusesOf, talk } from "./listening.ts";
import { fine, rawUpstream } from "./raw-upstream.ts";

const HOST = "Host: a.example\r\n";
const get = (target: string, more = ""): string => `GET ${target} HTTP/1.1\r\n${HOST}${more}\r\n`;

/** Answers with the target, a moment later: so that whoever does not wait for it overtakes it. */
const slowEcho = (): ReturnType<typeof rawUpstream> =>
  rawUpstream((socket, head) => setTimeout(() => void socket.write(fine(head.split(" ")[1] ?? "")), 20));

/** What comes behind a request that is still being answered, and the status it is answered with. */
const BEHIND: readonly (readonly [what: string, bytes: string, status: number])[] = [
  ["what is no request", "{}{\r\n\r\n", 400],
  ["a header without a colon", `GET / HTTP/1.1\r\n${HOST}bad\r\n\r\n`, 400],
  ["a chunk that is none", `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`, 400],
  ["a chunk that is none after one that is", `POST / HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nZZ\r\n`, 400],
  ["CONNECT", "CONNECT b.example:80 HTTP/1.1\r\nHost: b.example:80\r\n\r\n", 405],
  ["CONNECT without a port", "CONNECT b.example HTTP/1.1\r\nHost: b.example\r\n\r\n", 400],
  ["an attack", get("/attack", "Connection: close\r\n"), 403],
  ["two lengths", `POST / HTTP/1.1\r\n${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 200],
  ["a request for a WebSocket, which is answered like any other", get("/w", "Connection: Upgrade\r\nUpgrade: websocket\r\n"), 200],
];

describe("The firewall's listener, asked several things at once,", () => {
  test("answers a hundred requests of one write in their order, one after the other", async () => {
    await using app = await rawUpstream((socket, head) => void socket.write(fine(head.split(" ")[1] ?? "")));
    await using server = await listening({ upstream: app.port });
    const targets = Array.from({ length: 100 }, (_, number) => `/n${number}`);
    const answers = await talk(
      server.port,
      targets.map((target) => get(target, target === "/n99" ? "Connection: close\r\n" : "")).join(""),
    );
    deepEqual(
      [...answers.matchAll(/\/n\d+/g)].map(([target]) => target),
      targets,
    );
    equal(app.connections(), 1);
  });

  for (const [what, bytes, status] of BEHIND) {
    test(`answers ${what} behind what is still being answered`, async () => {
      await using app = await slowEcho();
      await using server = await listening({ upstream: app.port });
      deepEqual(statusesOf(await talk(server.port, get("/1") + get("/2") + bytes)), [200, 200, status]);
    });
  }

  test("gives every request in front of garbage its answer, and then 400", async () => {
    await using app = await slowEcho();
    await using server = await listening({ upstream: app.port });
    const many = Array.from({ length: 34 }, (_, number) => get(`/${number}`)).join("");
    deepEqual(statusesOf(await talk(server.port, `${many}GARBAGE\r\n\r\n`)), [...new Array<number>(34).fill(200), 400]);
  });

  test("asks the origin nothing more for a client that has gone", async () => {
    await using app = await slowEcho();
    await using server = await listening({ upstream: app.port });
    const socket = connect(server.port, "127.0.0.1");
    socket.write(Array.from({ length: 20 }, (_, number) => get(`/${number}`)).join(""));
    while (app.heads.length === 0) await wait(2);
    socket.resetAndDestroy();
    await wait(150);
    ok(app.heads.length <= 2, `${app.heads.length} requests`);
  });

  test("ends a connection that asks without end and reads nothing", async () => {
    await using app = await rawUpstream(() => undefined);
    await using server = await listening({ upstream: app.port });
    equal(await talk(server.port, get("/").repeat(1_100)), "");
    ok(app.heads.length <= 1);
  });

  test("answers what follows a request for another protocol on a new connection", async () => {
    await using server = await listening();
    const answer = await talk(
      server.port,
      get("/", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n") + get("/2"),
    );
    deepEqual(statusesOf(answer), [200]);
    match(answer, /^Connection: close\r$/im);
  });

  test("answers a client that has closed its side", async () => {
    await using app = await slowEcho();
    await using server = await listening({ upstream: app.port });
    const answer = await new Promise<string>((resolve) => {
      let text = "";
      const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true });
      socket.setEncoding("latin1").on("data", (part) => {
        text += String(part);
      });
      socket.on("end", () => resolve(text));
      socket.end(get("/half"));
    });
    match(answer, /\/half$/);
  });
});

const SLOW = { headMs: 100, requestMs: 200, stallMs: 150 };

describe("The firewall's listener bears clients that", () => {
  test("never end their head: they are answered 408", async () => {
    await using server = await listening({ limits: { ...SLOW, stallMs: 10_000 } });
    deepEqual(statusesOf(await talk(server.port, "GET / HTTP/1.1\r\nHost: a\r\nX-A: ", "a")), [408]);
  });

  test("never end their body: they are answered 408", async () => {
    await using server = await listening({ limits: { ...SLOW, stallMs: 10_000 } });
    deepEqual(statusesOf(await talk(server.port, `POST / HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\nabc`)), [408]);
  });

  test("never read their answer: they are left", async () => {
    await using app = await rawUpstream((socket) => void socket.write(fine("x".repeat(20_000_000))));
    await using server = await listening({ upstream: app.port, limits: SLOW });
    const socket = connect(server.port, "127.0.0.1");
    socket.pause();
    socket.write(get("/"));
    await new Promise((resolve) =>
      socket
        .on("close", resolve)
        .on("error", () => undefined)
        .on("connect", () => setTimeout(() => socket.resume(), 600)),
    );
    ok(socket.bytesRead < 20_000_000);
  });

  test("leave in the middle of a body, again and again", async () => {
    await using app = await slowEcho();
    await using server = await listening({ upstream: app.port });
    const head = `POST / HTTP/1.1\r\n${HOST}Content-Length: 500\r\n\r\n`;
    for (const [at, text] of [head, `${head}abc`, `${get("/1")}${head}abc`, "GET", ""].entries()) {
      const socket = connect({ port: server.port, host: "127.0.0.1", allowHalfOpen: true }).on("error", () => undefined);
      socket.write(text);
      await wait(10);
      if (at % 2 === 0) socket.resetAndDestroy();
      else socket.end().destroySoon();
    }
    await wait(50);
    deepEqual(statusesOf(await talk(server.port, get("/", "Connection: close\r\n"))), [200]);
  });
});
