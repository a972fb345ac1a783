import { deepEqual, equal, match, ok } from "node:assert/strict";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { listening, statusesOf, talk } from "./listening.ts";
import { fine, rawUpstream, type Says } from "./raw-upstream.ts";

const HOST = "Host: a.example\r\n";
const get = (target: string, more = ""): string => `GET ${target} HTTP/1.1\r\n${HOST}${more}\r\n`;

interface Row {
  readonly does: string;
  readonly says: Says;
  readonly statuses: readonly number[];
  readonly matches?: RegExp;
  readonly method?: string;
}

const says =
  (text: string): Says =>
  (socket) =>
    void socket.write(text, "latin1");

/** What an upstream does with the first of two requests, and how both are answered. */
const ROWS: readonly Row[] = [
  { does: "answers twice at once", says: says(fine("ok") + fine("poison")), statuses: [200, 200] },
  { does: "answers again when nobody asks", says: (socket) => {
    socket.write(fine("ok"));
    setTimeout(() => void socket.write(fine("poison")), 5);
  }, statuses: [200, 200] },
  { does: "resets", says: (socket) => void socket.resetAndDestroy(), statuses: [502, 200] },
  { does: "hangs up", says: (socket) => void socket.end(), statuses: [502, 200] },
  { does: "speaks something else", says: says("220 mail.example ESMTP\r\n\r\n"), statuses: [502, 200] },
  { does: "has a length beside chunks", says: says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), statuses: [502, 200] },
  { does: "has two lengths", says: says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"), statuses: [502, 200] },
  { does: "has a control character in a header", says: says("HTTP/1.1 200 OK\r\nX-A: a\x01b\r\nContent-Length: 0\r\n\r\n"), statuses: [502, 200] },
  { does: "switches protocols unasked", says: says("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello"), statuses: [502, 200] },
  { does: "has a status below 200", says: says("HTTP/1.1 099 What\r\nContent-Length: 0\r\n\r\n"), statuses: [502, 200] },
  { does: "has a status above 599", says: says("HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n"), statuses: [502, 200] },
  { does: "says hints first", says: says(`HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n${fine("ok")}`), statuses: [200, 200] },
  { does: "gives 204 a length and a body", says: says("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello"), statuses: [204, 200], matches: /^HTTP\/1\.1 204 No Content\r\n(?!Content-Length)/ },
  { does: "gives 304 a length", says: says("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), statuses: [304, 200] },
  { does: "answers HEAD with a length", says: says("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), statuses: [200, 200], method: "HEAD", matches: /Content-Length: 5\r\n/ },
  { does: "ends its answer with the connection", says: (socket) => void socket.end("HTTP/1.0 200 OK\r\nContent-Type: a/b\r\n\r\nabc"), statuses: [200, 200], matches: /3\r\nabc\r\n0\r\n\r\n/ },
  { does: "sends trailers", says: says("HTTP/1.1 200 OK\r\nTrailer: x-t\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx-t: 1\r\n\r\n"), statuses: [200, 200], matches: /3\r\nabc\r\n0\r\n\r\nHTTP/ },
  { does: "has bytes above 127 in a header", says: says("HTTP/1.1 200 OK\r\nX-A: a\xe9b\r\nContent-Length: 0\r\n\r\n"), statuses: [200, 200], matches: /X-A: a\xe9b\r\n/ },
  { does: "breaks off before all that rules look at is there", says: (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 20\r\n\r\nabc"), statuses: [502, 200] },
]; // biome-ignore format: a table

describe("The firewall in front of an application that", () => {
  for (const { does, says, statuses, matches, method = "GET" } of ROWS) {
    test(`${does} goes on`, async () => {
      await using app = await rawUpstream((socket, head) => (head.includes("/first ") ? says(socket, head) : socket.write(fine("second"))));
      await using server = await listening({ upstream: app.port });
      const answer = await talk(server.port, `${method} /first HTTP/1.1\r\n${HOST}\r\n`, get("/second", "Connection: close\r\n"));
      deepEqual(statusesOf(answer), statuses);
      match(answer, /second$/);
      ok(!answer.includes("poison"));
      if (matches !== undefined) match(answer, matches);
    });
  }

  test("breaks off behind that ends the answer short, for the client to see", async () => {
    await using app = await rawUpstream((socket) => void socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"));
    await using server = await listening({ upstream: app.port });
    ok(!(await talk(server.port, get("/"))).includes("0\r\n\r\n"));
  });

  test("has closed a kept connection is asked again, unless asking twice were doing twice", async () => {
    const app = await rawUpstream((socket, head) => {
      // The first request of a connection is answered, the second one finds it closed.
      if (Reflect.get(socket, "wasUsed") === true) socket.resetAndDestroy();
      else socket.write(fine(head.split(" ")[0] ?? ""));
      Reflect.set(socket, "wasUsed", true);
    });
    await using _app = app;
    await using server = await listening({ upstream: app.port });
    const post = `POST / HTTP/1.1\r\n${HOST}Content-Length: 1\r\nConnection: close\r\n\r\na`;
    deepEqual(statusesOf(await talk(server.port, get("/") + get("/", "Connection: close\r\n"))), [200, 200]);
    deepEqual(statusesOf(await talk(server.port, post)), [502]);
  });

  test("answers before it has read the body is heard", async () => {
    await using app = await rawUpstream(
      (socket) => void socket.end("HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig"),
    );
    await using server = await listening({ upstream: app.port, extra: "SecRequestBodyLimitAction ProcessPartial\n" });
    const body = "x".repeat(3_000_000);
    const answer = await talk(server.port, `POST / HTTP/1.1\r\n${HOST}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n`, body);
    match(answer, /^HTTP\/1\.1 413 [\s\S]*big$/);
  });

  test("is asked for a path where the client names the whole URL", async () => {
    await using app = await rawUpstream((socket) => void socket.write(fine("ok")));
    await using server = await listening({ upstream: app.port });
    for (const target of ["http://a.example/x?y", "http://A.example?y", "HTTP://a.example"])
      await talk(server.port, get(target, "Connection: close\r\n"));
    await talk(server.port, `OPTIONS http://a.example HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
    deepEqual(
      app.heads.map((head) => head.split(" HTTP/1.1")[0]),
      ["GET /x?y", "GET /?y", "GET /", "OPTIONS *"],
    );
  });

  test("never sees a target that is neither a path nor a URL of this site, nor a coding that it would have to take off", async () => {
    await using app = await rawUpstream((socket) => void socket.write(fine("ok")));
    await using server = await listening({ upstream: app.port });
    for (const target of ["ftp://a.example/", "*"])
      deepEqual(statusesOf(await talk(server.port, get(target, "Connection: close\r\n"))), [400]);
    const coded = `POST / HTTP/1.1\r\n${HOST}Connection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`;
    deepEqual(statusesOf(await talk(server.port, coded)), [400]);
    equal(app.heads.length, 0);
  });

  test("gets what Connection names only where losing it cannot mislead", async () => {
    await using app = await rawUpstream((socket) => void socket.write(fine("ok")));
    await using server = await listening({ upstream: app.port });
    await talk(server.port, get("/", "Connection: close, x-mine, x-forwarded-for, forwarded, cookie\r\nX-Mine: 1\r\nX-Forwarded-For: 9.9.9.9\r\nForwarded: for=9\r\nCookie: a=1\r\n")); // biome-ignore format: one line
    const [head = ""] = app.heads;
    match(head, /^X-Forwarded-For: 9\.9\.9\.9, 127\.0\.0\.1$/m);
    match(head, /^Cookie: a=1\r$/m);
    match(head, /^Forwarded: for=9\r$/m);
    ok(!head.includes("X-Mine"));
  });

  test("declines a WebSocket is heard with all that it says", async () => {
    await using app = await rawUpstream(
      (socket) => void socket.write("HTTP/1.1 401 Unauthorized\r\nX-Why: none\r\nContent-Length: 5\r\n\r\nlogin"),
    );
    await using server = await listening({ upstream: app.port });
    const answer = await talk(server.port, get("/", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    match(answer, /^HTTP\/1\.1 401 [\s\S]*X-Why: none\r\n[\s\S]*\r\n\r\nlogin$/);
  });

  test("is asked for a WebSocket gets no body with it", async () => {
    await using app = await rawUpstream((socket) => void socket.write(fine("ok")));
    await using server = await listening({ upstream: app.port });
    const form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 8\r\n";
    const answer = await talk(server.port, `GET / HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: websocket\r\n${form}\r\nx=attack`);
    deepEqual(statusesOf(answer), [403]);
    equal(app.heads.length, 0);
  });

  test("has more to say than the client takes at once is waited for, and heard to the end", async () => {
    const size = 30_000_000;
    await using app = await rawUpstream((socket) => void socket.write(fine("x".repeat(size))));
    await using server = await listening({ upstream: app.port });
    const socket = connect(server.port, "127.0.0.1");
    socket.pause();
    socket.write(get("/", "Connection: close\r\n"));
    await wait(200);
    let bytes = 0;
    await new Promise((resolve) => {
      socket.on("data", (part) => {
        bytes += part.length;
      });
      socket.on("close", resolve);
      socket.resume();
    });
    ok(bytes > size);
  });
});
