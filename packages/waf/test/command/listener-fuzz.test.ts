import { ok } from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { listening, statusOf, talk } from "./listening.ts";

const WORDS = ["GET", "POST", " ", "/", "/a?b=c", "*", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "\r\n", "\n", "\r", "\r\n\r\n", ":", "Host: a", "Content-Length: 3", "Content-Length: -1", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Expect: 100-continue", "Upgrade: websocket", "Connection: upgrade", "Connection: close", "abc", "3\r\nabc\r\n", "0\r\n\r\n", "ffffffffffffffff\r\n", "\0", "\xff", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]; // biome-ignore format: one line
const request = fc.array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...WORDS) }, { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) }), { minLength: 1, maxLength: 14 }); // biome-ignore format: one line

test("The firewall's listener answers or hangs up, whatever it is sent, and goes on", { timeout: 120_000 }, async () => {
  await using server = await listening();
  await fc.assert(
    fc.asyncProperty(request, fc.boolean(), async (words, inPieces) => {
      const pieces = inPieces ? words : [words.join("")];
      // A last request that is in order ends whatever was still expected.
      const answer = await talk(
        server.port,
        ...pieces.map((piece) => Buffer.from(piece, "latin1").toString("latin1")),
        "\r\n\r\n\0\r\n\r\n",
      );
      ok(answer === "" || statusOf(answer) >= 100, JSON.stringify(answer));
    }),
    { numRuns: 150, seed: 5 },
  );
  const last = await talk(server.port, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  ok(statusOf(last) === 200);
});
