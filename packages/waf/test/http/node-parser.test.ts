import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import test from "node:test";
import fc from "fast-check";
import { parseRawRequest } from "../../src/http/index.ts";

/** What node's own parser makes of the bytes: a reading, or nothing where it refuses them. */
interface NodeReading {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly string[];
  readonly body: string;
}

type Outcome = NodeReading | "refused" | "unfinished";

const PIECES = [" ", "  ", "\t", "\r", "\n", "\0", "\x7f", "\xe9", "#", "?", "\\", "//", ":", ";", "x"];

/** Mostly what is right, so that node accepts some of what is wrong elsewhere. */
const mostly = <T>(right: readonly T[], wrong: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: wrong });
const odd = fc.array(fc.constantFrom("/a", "%41", ...PIECES), { maxLength: 4 }).map((all) => all.join(""));

const line = fc.record({
  method: mostly(["GET", "POST", "OPTIONS", "PATCH"], fc.constantFrom("get", "GE T", "", "G\tT")),
  target: mostly(
    ["/", "/a?b=c#d", "http://h/p", "//x/y?z", "/\xe9"],
    odd.map((text) => `/${text}`),
  ),
  version: mostly(["HTTP/1.1", "HTTP/1.0"], fc.constantFrom("HTTP/2.0", "http/1.1", "", "HTTP/1.1 ", "HTTP/1.10")),
});

const header = mostly(
  [
    "A: b",
    "A:b",
    "A:  b\t",
    "a: \xe9",
    "Cookie: a=b",
    "Content-Type: text/plain",
    "X-Y_z: 1",
    "Content-Length: 3",
    "Transfer-Encoding: chunked",
  ],
  fc.oneof(
    odd.map((text) => `A: ${text}`),
    fc.constantFrom(
      "no colon",
      " folded",
      "\tfolded",
      "Host: b",
      "Content-Length: 03",
      "Content-Length: +3",
      "A : b",
      ": b",
      "A\tB: c",
      "(: d",
    ),
    fc.constantFrom("Transfer-Encoding: chunked, identity", "Transfer-Encoding: identity", "transfer-encoding: Chunked"),
  ),
);

const request = fc
  .tuple(line, fc.array(header, { maxLength: 2 }), mostly(["\r\n"], fc.constant("\n")))
  .map(([{ method, target, version }, headers, end]) => {
    // Bytes that belong to no request would be taken for the next one.
    const said = headers.join(end);
    const body = /chunked/i.test(said) ? "3\r\nabc\r\n0\r\n\r\n" : /content-length/i.test(said) ? "abc" : "";
    return [`${method} ${target} ${version}`, "Host: h", ...headers, "", body].join(end);
  });

test("The firewall reads what node's own HTTP parser accepts exactly as node does", async () => {
  await using node = await listen();
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(request, async (text) => {
      const reading = await node.read(text);
      if (typeof reading === "string") return;
      accepted++;
      const { head, body } = parseRawRequest(Buffer.from(text, "latin1"));
      assert.equal(head.method, reading.method);
      assert.equal(head.target, reading.target);
      assert.deepEqual(head.headers.flat(), reading.headers);
      assert.ok(Buffer.from(body).toString("latin1").startsWith(reading.body));
    }),
    { numRuns: 1_500 },
  );
  assert.ok(accepted > 200, `only ${accepted} requests were accepted`);
});

test("The firewall holds something against every request that node refuses", async () => {
  await using node = await listen();
  await fc.assert(
    fc.asyncProperty(request, async (text) => {
      const isRefused = (await node.read(text)) === "refused";
      const { complaint } = parseRawRequest(Buffer.from(text, "latin1"));
      // Lower-case methods are tokens, and RFC 9110 allows any; node knows a list.
      if (isRefused && !text.startsWith("get")) assert.notEqual(complaint, undefined, JSON.stringify(text));
    }),
    { numRuns: 1_500 },
  );
});

async function listen(): Promise<AsyncDisposable & { read: (text: string) => Promise<Outcome> }> {
  let latest: Outcome = "unfinished";
  const server: Server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const body = Buffer.concat(chunks).toString("latin1");
      if (latest === "unfinished")
        latest = { method: incoming.method ?? "", target: incoming.url ?? "", headers: incoming.rawHeaders, body };
      response.end();
      response.socket?.destroySoon();
    });
  });
  server.on("clientError", (error, socket) => {
    // Bytes that end in the middle of a request are no refusal.
    if (!("code" in error) || error.code !== "HPE_INVALID_EOF_STATE") latest = "refused";
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return {
    async read(text) {
      latest = "unfinished";
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => socket.destroy());
      socket.resume();
      socket.end(Buffer.from(text, "latin1"));
      await once(socket, "close");
      return latest;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
