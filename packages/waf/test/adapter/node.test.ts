import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { connect } from "node:net";
import test from "node:test";
import fc from "fast-check";
import type { Protection } from "../../src/adapter/contract.ts";
import { protect, protectUpgrade, type RequestListener, reportBroken } from "../../src/adapter/node.ts";
import { handMade, type Shown } from "./hand-made.ts";
import { type Listening, listen, sendRaw } from "./talk.ts";

const echo: RequestListener = (request, response) => void request.pipe(response);

interface Running extends Listening {
  readonly shown: Shown;
}

async function run(handler: RequestListener = echo, options: Parameters<typeof handMade>[0] = {}): Promise<Running> {
  const { protection, shown } = handMade(options);
  const server = createServer(protect(protection, handler));
  server.on("clientError", reportBroken(protection));
  return { ...(await listen(server)), shown };
}

test("The firewall hands a body on as it came, however it was cut", async () => {
  await using running = await run();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), fc.boolean(), async (chunks, isChunked) => {
      const whole = Buffer.concat(chunks);
      if (whole.includes("evil") || whole.length === 0) return;
      const head = isChunked ? "Transfer-Encoding: chunked" : `Content-Length: ${whole.length}`;
      const framed = (chunk: Uint8Array) =>
        isChunked && chunk.length > 0
          ? `${chunk.length.toString(16)}\r\n${Buffer.from(chunk).toString("latin1")}\r\n`
          : isChunked
            ? ""
            : Buffer.from(chunk).toString("latin1");
      const socket = connect(running.port, "127.0.0.1");
      socket.write(`POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/plain\r\n${head}\r\n\r\n`);
      for (const chunk of chunks) {
        await new Promise((resolve) => setImmediate(resolve));
        socket.write(framed(chunk), "latin1");
      }
      if (isChunked) socket.write("0\r\n\r\n");
      const answer: Buffer[] = [];
      for await (const part of socket) answer.push(part);
      const said = Buffer.concat(answer).toString("latin1");
      const body = said.slice(said.indexOf("\r\n\r\n") + 4);
      const plain = said.includes("chunked") ? unchunk(body) : body;
      assert.equal(plain, whole.toString("latin1"));
    }),
    { numRuns: 60 },
  );
});

function unchunk(body: string): string {
  let rest = body;
  let plain = "";
  for (let size = Number.parseInt(rest, 16); size > 0; size = Number.parseInt(rest, 16)) {
    const start = rest.indexOf("\r\n") + 2;
    plain += rest.slice(start, start + size);
    rest = rest.slice(start + size + 2);
  }
  return plain;
}

test("The firewall that cannot even be asked lets nobody through, nor an upgrade, and says why to the owner alone", async () => {
  const reasons: string[] = [];
  const waf = {
    open: () => {
      throw new Error("no clock");
    },
  };
  const protection: Protection = { waf, onRefused: ({ reason }) => void reasons.push(reason) };
  const server = createServer(protect(protection, echo));
  server.on(
    "upgrade",
    protectUpgrade(protection, (_request, socket) => socket.end("open")),
  );
  await using running = await listen(server);
  const plain = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  const upgrade = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
  for (const request of [plain, upgrade]) {
    const answer = await sendRaw(running.port, request);
    assert.match(answer, /^HTTP\/1\.1 500 /);
    assert.doesNotMatch(answer, /clock/);
  }
  assert.deepEqual(reasons, ["The firewall failed: no clock", "The firewall failed: no clock"]);
});

test("The firewall lets an empty body end, with and without a length", async () => {
  await using running = await run((request, response) => {
    request.resume().on("end", () => response.end("ended"));
  });
  const rest = "Host: a\r\nConnection: close\r\n";
  assert.match(await sendRaw(running.port, `GET / HTTP/1.1\r\n${rest}\r\n`), /ended$/);
  assert.match(await sendRaw(running.port, `POST / HTTP/1.1\r\n${rest}Content-Length: 0\r\n\r\n`), /ended$/);
  assert.match(await sendRaw(running.port, `POST / HTTP/1.1\r\n${rest}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`), /ended/);
});

test("The firewall serves several requests of one connection in order", async () => {
  await using running = await run();
  const one = (text: string, close = "") => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${text.length}\r\n${close}\r\n${text}`;
  const answer = await sendRaw(running.port, one("first") + one("evil") + one("third", "Connection: close\r\n"));
  assert.match(answer, /200[\s\S]*first[\s\S]*403[\s\S]*Reference: id-2\n[\s\S]*200[\s\S]*third/);
});

test("The firewall shows headers in the order sent, with their case, and the target as sent", async () => {
  await using running = await run();
  await sendRaw(
    running.port,
    "GET /a/../b?%41#x HTTP/1.1\r\nHost: h\r\nX-b: 1\r\nCookie: a=1\r\nx-A: \xe9\r\nCookie: b=2\r\nConnection: close\r\n\r\n",
  );
  const [head] = running.shown.heads;
  assert.deepEqual(head?.headers, [["Host", "h"], ["X-b", "1"], ["Cookie", "a=1"], ["x-A", "\xe9"], ["Cookie", "b=2"], ["Connection", "close"]]); // biome-ignore format: a list
  assert.equal(head?.target, "/a/../b?%41#x");
  assert.equal(head?.remoteAddress, "127.0.0.1");
  assert.equal(head?.serverPort, running.port);
});

test("The firewall tells who wants to know why it refused, and closes every passage once", async () => {
  await using running = await run();
  assert.equal((await fetch(`${running.url}/evil`)).status, 403);
  await (await fetch(running.url)).text();
  await fetch(`${running.url}/`, { method: "POST", body: "evil" });
  assert.deepEqual(
    running.shown.refused.map(({ id, status, ruleId }) => [id, status, ruleId]),
    [["id-1", 403, 7], ["id-3", 403, 7]],
  ); // biome-ignore format: a list
  await until(() => running.shown.closed === 3);
});

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !isTrue(); tries++) await new Promise((resolve) => setTimeout(resolve, 2));
  assert.ok(isTrue());
}

test("The firewall answers what is larger than allowed with 413, and never shows it to the application", async () => {
  let calls = 0;
  await using running = await run(
    (_request, response) => {
      calls++;
      response.end();
    },
    { bodyBytesMax: 1_000 },
  );
  assert.equal((await fetch(running.url, { method: "POST", body: "x".repeat(200_000) })).status, 413);
  assert.equal((await fetch(running.url, { method: "POST", body: "x".repeat(1_000) })).status, 200);
  assert.equal(calls, 1);
});

test("The firewall refuses bodies that cannot be read with 400, and lets them pass where it is told to", async () => {
  const send = (url: string) => fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: "{" });
  await using strict = await run();
  assert.equal((await send(strict.url)).status, 400);
  assert.equal(strict.shown.refused[0]?.fault, "syntax");
  await using lenient = await run(echo, { unreadable: "pass" });
  assert.equal((await send(lenient.url)).status, 200);
});

test("The firewall refuses headers behind a body, where no rule looks", async () => {
  const chunked =
    "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTrailer: x-a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-a: b\r\n\r\n";
  await using strict = await run();
  assert.match(await sendRaw(strict.port, chunked), /^HTTP\/1\.1 400 /);
  await using lenient = await run(echo, { unreadable: "pass" });
  assert.match(await sendRaw(lenient.port, chunked), /^HTTP\/1\.1 200 /);
});

test("The firewall redirects and drops where a rule says so", async () => {
  await using running = await run();
  const moved = await fetch(`${running.url}/elsewhere`, { redirect: "manual" });
  assert.equal(moved.status, 302);
  assert.equal(moved.headers.get("location"), "/away");
  assert.equal(await sendRaw(running.port, "GET /drop-it HTTP/1.1\r\nHost: a\r\n\r\n"), "");
});

test("The firewall bears clients that leave in the middle of a body", async () => {
  await using running = await run();
  const socket = connect(running.port, "127.0.0.1");
  socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  await until(() => running.shown.heads.length === 1);
  socket.destroy();
  await until(() => running.shown.closed === 1);
  assert.equal((await fetch(running.url)).status, 200);
});

test("The firewall reports requests that Node's parser refuses, with what they hold", async () => {
  await using running = await run();
  const answer = await sendRaw(running.port, "GET /evil HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n");
  assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*Refused\. Reference: id-1\n$/);
  assert.equal(running.shown.heads[0]?.target, "/evil");
  assert.equal(running.shown.refused[0]?.ruleId, 7);
  await sendRaw(running.port, "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n");
  assert.match(running.shown.refused[1]?.reason ?? "", /header without colon/);
});

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const ANSWERS: readonly (readonly [does: string, answer: Answer])[] = [
  ["end alone", (response) => void response.end("hello")],
  ["pieces", (response) => {
    response.write("h");
    response.write("el");
    response.end("lo");
  }],
  ["a head as an object", (response) => void response.writeHead(200, { "x-set": "1" }).end("hello")],
  ["a head as a list", (response) => void response.writeHead(200, ["x-set", "1"]).end(Buffer.from("hello"))],
  ["a head with a reason", (response) => void response.writeHead(200, "Fine", { "x-set": "1" }).end("aGVsbG8=", "base64")],
  ["headers set before", (response) => void response.setHeader("x-set", "1").end("hello")],
  ["headers flushed first", (response) => {
    response.setHeader("x-set", "1").flushHeaders();
    response.end("hello");
  }],
  ["a callback", (response) => void response.write("hel", () => response.end("lo", () => undefined))],
]; // biome-ignore format: a table

for (const watchesAnswers of [false, true]) {
  for (const [does, answer] of ANSWERS) {
    test(`The firewall passes an answer of ${does}${watchesAnswers ? ", having looked into it" : ""}`, async () => {
      await using running = await run((request, response) => answer(response, request), { watchesAnswers });
      const response = await fetch(running.url);
      assert.equal(await response.text(), "hello");
      assert.equal(response.status, 200);
      const [seen] = running.shown.answers;
      assert.equal(seen?.status, 200);
      if (response.headers.has("x-set")) assert.deepEqual(seen?.headers, [["x-set", "1"]]);
      await until(() => running.shown.closed === 1);
    });
  }
}

test("The firewall refuses answers by their head and by their body, and keeps nothing of them", async () => {
  const handler: RequestListener = (request, response) => {
    response.setHeader("set-cookie", "session=1");
    if (request.url === "/head") response.writeHead(200, { "x-a": "evil" });
    response.write("so far so good, ");
    response.end("but evil");
  };
  await using running = await run(handler, { watchesAnswers: true });
  for (const path of ["/head", "/body"]) {
    const response = await fetch(running.url + path);
    assert.equal(response.status, 403);
    assert.match(await response.text(), /^Refused\. Reference: id-\d\n$/);
    assert.equal(response.headers.get("set-cookie"), null);
  }
});

test("The firewall sees headers that are added at the last moment", async () => {
  await using running = await run((_request, response) => {
    const writeHead: (...given: never[]) => unknown = response.writeHead;
    // As express-session and compression do.
    Object.assign(response, {
      writeHead(...given: never[]) {
        response.setHeader("x-late", "evil");
        return Reflect.apply(writeHead, response, given);
      },
    });
    response.end("hello");
  });
  assert.equal((await fetch(running.url)).status, 403);
});

test("The firewall holds no more of an answer than allowed, and no event stream at all", async () => {
  let finish = (): void => undefined;
  const handler: RequestListener = (request, response) => {
    if (request.url === "/events") response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(request.url === "/events" ? "x" : "x".repeat(100));
    finish = () => void response.end();
  };
  await using running = await run(handler, { watchesAnswers: true, answerBytesMax: 100 });
  for (const path of ["/long", "/events"]) {
    const response = await fetch(running.url + path);
    const reader = response.body?.getReader();
    assert.equal((await reader?.read())?.value?.[0], "x".charCodeAt(0));
    finish();
    assert.equal((await reader?.read())?.done, true);
  }
});

test("The firewall stands in front of HTTP/2 as well", async () => {
  const { protection, shown } = handMade({ watchesAnswers: true });
  const server = createHttp2Server(
    protect(protection, (request: Http2ServerRequest, response: Http2ServerResponse) => void request.pipe(response)),
  );
  await using listening = await listen(server);
  const client = connectHttp2(listening.url);
  const ask = async (path: string, body: string) => {
    const stream = client.request({ ":path": path, ":method": body === "" ? "GET" : "POST", "x-a": "1" });
    stream.end(body === "" ? undefined : body);
    const [headers] = await once(stream, "response");
    let text = "";
    for await (const part of stream.setEncoding("utf8")) text += part;
    return [headers[":status"], text];
  };
  assert.deepEqual(await ask("/a?b", "hello"), [200, "hello"]);
  assert.deepEqual(await ask("/", ""), [200, ""]);
  assert.deepEqual(await ask("/evil", ""), [403, "Refused. Reference: id-3\n"]);
  assert.deepEqual(await ask("/", "evil"), [403, "Refused. Reference: id-4\n"]);
  client.close();
  const [head] = shown.heads;
  assert.deepEqual([head?.method, head?.target, head?.protocol], ["POST", "/a?b", "HTTP/2.0"]);
  assert.deepEqual(head?.headers, [["host", `127.0.0.1:${listening.port}`], ["x-a", "1"]]); // biome-ignore format: a list
});

test("The firewall complains where somebody has read the body before it", async () => {
  const { protection } = handMade();
  const listener = protect(protection satisfies Protection, echo);
  const problem = Promise.withResolvers<unknown>();
  await using listening = await listen(
    createServer((request, response) => {
      request.on("data", () => undefined);
      setImmediate(() => {
        Promise.resolve(listener(request, response)).catch((error: unknown) => {
          problem.resolve(error);
          response.end();
        });
      });
    }),
  );
  await fetch(listening.url, { method: "POST", body: "x" });
  assert.match(String(await problem.promise), /has to come first/);
});
