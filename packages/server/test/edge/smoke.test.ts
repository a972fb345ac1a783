import assert from "node:assert/strict";
import { connect } from "node:http2";
import { test } from "node:test";
import { certificate, converse, testEdge } from "./fixture.ts";

test("answers /health over HTTP/1.1 and HTTP/2", async () => {
  await using served = await testEdge();
  const heard = await converse(served.edge.port, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assert.match(heard, /^HTTP\/1\.1 200 /);
  assert.ok(heard.endsWith('{"status":"ok"}'), heard);
  const client = connect(`https://localhost:${served.edge.port}`, { ca: certificate().cert });
  const stream = client.request({ ":path": "/health" });
  const body = await new Promise<string>((resolve, reject) => {
    let text = "";
    stream
      .setEncoding("utf8")
      .on("data", (piece: string) => {
        text += piece;
      })
      .on("end", () => resolve(text))
      .on("error", reject);
  });
  assert.equal(body, '{"status":"ok"}');
  client.close();
});
