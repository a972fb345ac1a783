import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { describe, test } from "node:test";
import { Hono } from "hono";
import { honoFirewall, protect } from "../../src/index.ts";
import { byteServer, hashOf, protectionOf, SERVER_NAMES, slowly } from "./byte-servers.ts";
import { listen, sendRaw } from "./talk.ts";

const MANY = 20_000_000;
const BOUNDARY = "----WebKitFormBoundaryA7QxYbZ2c";
const BODIES: readonly (readonly [what: string, bytes: Uint8Array, type: string])[] = [
  ["one byte", randomBytes(1), "application/octet-stream"],
  ["100 KB of noise", randomBytes(100_000), "application/octet-stream"],
  ["a file of 5 MB in a form", Buffer.concat([Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n`), randomBytes(5_000_000), Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]), `multipart/form-data; boundary=${BOUNDARY}`],
]; // biome-ignore format: a table

async function start(name: string, extra = ""): Promise<{ readonly port: number } & AsyncDisposable> {
  if (!name.startsWith("Fastify")) return listen(await byteServer(name, extra));
  const child = fork(new URL("serve-bytes.ts", import.meta.url), [name, extra], { execArgv: [] });
  const [said]: unknown[] = await Promise.race([once(child, "message"), once(child, "exit")]);
  assert.ok(typeof said === "object" && said !== null && "port" in said && typeof said.port === "number");
  return { port: said.port, [Symbol.asyncDispose]: async () => void child.kill() };
}

async function send(port: number, bytes: Uint8Array, { type, isChunked }: { readonly type: string; readonly isChunked: boolean }) {
  const blob = new Blob([new Uint8Array(bytes)]);
  const about = { method: "POST", headers: { "content-type": type }, duplex: "half" as const };
  const response = await fetch(`http://127.0.0.1:${port}/`, isChunked ? { ...about, body: blob.stream() } : { ...about, body: blob });
  return [response.status, await response.text()];
}

describe("The firewall hands on the same bytes to", () => {
  for (const name of SERVER_NAMES) {
    test(name, async () => {
      await using running = await start(name);
      for (const [what, bytes, type] of BODIES) {
        for (const isChunked of [false, true])
          assert.deepEqual(await send(running.port, bytes, { type, isChunked }), [200, hashOf(bytes)], what);
      }
    });
  }

  for (const name of SERVER_NAMES) {
    test(`${name}, also of what is longer than it looks at`, async () => {
      const bytes = randomBytes(MANY);
      for (const extra of ["SecRequestBodyLimitAction ProcessPartial\n", "SecRequestBodyAccess Off\n"]) {
        await using running = await start(name, extra);
        for (const isChunked of [false, true])
          assert.deepEqual(await send(running.port, bytes, { type: "application/octet-stream", isChunked }), [200, hashOf(bytes)]);
      }
    });
  }

  test("an application over HTTP/2, also of what is longer than it looks at", async () => {
    const handler = async (request: Http2ServerRequest, response: Http2ServerResponse) => response.end(hashOf(await slowly(request)));
    for (const [extra, size] of [
      ["", 100_000],
      ["SecRequestBodyLimitAction ProcessPartial\n", 2_000_000],
      ["SecRequestBodyAccess Off\n", 2_000_000],
    ] as const) {
      await using running = await listen(createHttp2Server(protect(protectionOf(extra), handler)));
      const client = connectHttp2(running.url);
      const bytes = randomBytes(size);
      const stream = client.request({ ":path": "/", ":method": "POST", "content-type": "application/octet-stream" });
      stream.end(bytes);
      assert.equal((await buffer(stream)).toString(), hashOf(bytes));
      client.close();
    }
  });

  test("a handler of the Fetch API that no server stands in front of", async () => {
    const app = new Hono();
    app.use(honoFirewall(protectionOf()));
    app.post("/", async (context) => context.text(hashOf(new Uint8Array(await context.req.arrayBuffer()))));
    const bytes = randomBytes(100_000);
    const answer = await app.fetch(
      new Request("http://a.example/", {
        method: "POST",
        headers: { "content-type": "application/octet-stream" },
        body: new Uint8Array(bytes),
      }),
    );
    assert.equal(await answer.text(), hashOf(bytes));
    assert.equal((await app.fetch(new Request("http://a.example/?x=attack"))).status, 403);
    const lax = new Hono();
    lax.use(honoFirewall(protectionOf("SecRequestBodyLimitAction ProcessPartial\n")));
    lax.post("/", async (context) => context.text(hashOf(new Uint8Array(await context.req.arrayBuffer()))));
    const long = randomBytes(MANY);
    const about = { method: "POST", headers: { "content-type": "application/octet-stream" }, body: new Blob([new Uint8Array(long)]).stream(), duplex: "half" }; // biome-ignore format: one line
    const said = await lax.fetch(new Request("http://a.example/", about));
    assert.equal(await said.text(), hashOf(long));
  });
});

test("The firewall answers 503 where all bodies together are more than may be held, and holds none for long", async () => {
  const protection = { ...protectionOf(), heldBytesMax: 300_000 };
  await using running = await listen(
    createServer(protect(protection, async (request, response) => response.end(hashOf(await buffer(request))))),
  );
  const type = "multipart/form-data; boundary=x";
  const held = Array.from({ length: 3 }, () => connect(running.port, "127.0.0.1").on("error", () => undefined));
  for (const socket of held)
    socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 200000\r\n\r\n${"x".repeat(90_000)}`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const large = BODIES[2]?.[1].subarray(0, 100_000) ?? new Uint8Array(0);
  assert.equal((await send(running.port, large, { type, isChunked: false }))[0], 503);
  for (const socket of held) socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (let time = 0; time < 10; time++) assert.notEqual((await send(running.port, large, { type, isChunked: false }))[0], 503);
});

test("The firewall ends the connection where headers come behind a body that was too long to be held", async () => {
  await using running = await listen(
    createServer(protect(protectionOf("SecRequestBodyAccess Off\n"), (request, response) => void request.pipe(response))),
  );
  const head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n";
  assert.match(await sendRaw(running.port, `${head}\r\n`), /ok[\s\S]*0\r\n\r\n$/);
  assert.ok(!/0\r\n\r\n$/.test(await sendRaw(running.port, `${head}x-a: b\r\n\r\n`)));
});

describe("The firewall reports what is broken behind what is still being answered, in", () => {
  for (const name of SERVER_NAMES) {
    test(name, async () => {
      await using running = await start(name);
      const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
      for (const broken of ["garbage\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nZZ\r\n"]) {
        const answers = await sendRaw(running.port, post + post + broken);
        const statuses = [...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
        assert.deepEqual(statuses, [200, 200, 400]);
      }
    });
  }
});
