import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { converse, rawTls, statuses, testEdge } from "./fixture.ts";
import { probeDialect } from "./probe-dialect.ts";

const LONG_MS = 400;
const OK = 200;
const HOST = "HTTP/1.1\r\nHost: localhost\r\n";
const get = (name: string | number): string => `GET /probe/items/${name} ${HOST}\r\n`;
const many = (count: number): string => Array.from({ length: count }, (_, at) => get(at)).join("");
const worked = (...names: readonly (string | number)[]): readonly string[] => names.map((name) => `GET /probe/items/${name}`);

describe("Holdfast, given requests before it has answered earlier ones,", () => {
  test("answers all of them in turn, however many come at once", async () => {
    const probe = probeDialect();
    await using served = await testEdge({ dialects: [probe.dialect] });
    const heard = await converse(served.edge.port, many(6_000), LONG_MS);
    assert.equal(statuses(heard).filter((status) => status === OK).length, 6_000);
    assert.deepEqual(probe.worked, worked(...Array.from({ length: 6_000 }, (_, at) => at)));
  });

  test("closes behind the last one that it took, when more tiny ones came with one packet than may wait", async () => {
    const probe = probeDialect();
    await using served = await testEdge({ dialects: [probe.dialect], limits: { pipelinedBeforePause: 2, pipelinedMax: 4 } });
    const heard = await converse(served.edge.port, many(10), LONG_MS);
    assert.deepEqual(statuses(heard), [OK, OK, OK, OK, OK]);
    assert.deepEqual(probe.worked, worked(0, 1, 2, 3, 4));
    assert.equal(heard.lastIndexOf("connection: close"), heard.indexOf("connection: close"));
    assert.ok(heard.includes("connection: close"));
  });

  test("answers what a connection may bring, and drops what comes beyond it", async () => {
    const probe = probeDialect();
    await using served = await testEdge({ dialects: [probe.dialect], limits: { requestsPerConnectionMax: 3 } });
    assert.deepEqual(statuses(await converse(served.edge.port, many(10), LONG_MS)), [OK, OK, OK]);
    assert.deepEqual(probe.worked, worked(0, 1, 2));
  });

  const behind: readonly (readonly [what: string, bytes: string, status: number, rule: string | undefined])[] = [
    ["is no request", "NOT A REQUEST\r\n\r\n", 400, "edge.request.malformed"],
    ["names no host", "GET / HTTP/1.1\r\n\r\n", 400, "edge.request.malformed"],
    ["has too large a head", `GET / ${HOST}X: ${"x".repeat(20_000)}\r\n\r\n`, 431, "edge.request.headers"],
    ["breaks off in its body", `POST /probe/echo ${HOST}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400, "edge.request.malformed"],
    ["asks for a tunnel", "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 400, "edge.request.malformed"],
    ["expects what nobody does", `GET / ${HOST}Expect: more\r\n\r\n`, 417, undefined],
  ];
  for (const [what, bytes, status, rule] of behind) {
    test(`answers all that came before one that ${what}, then that one, and nothing behind it`, async () => {
      const probe = probeDialect();
      await using served = await testEdge({ dialects: [probe.dialect] });
      const heard = await converse(served.edge.port, get("a") + get("b") + get("c") + bytes + get("hidden"), LONG_MS);
      assert.deepEqual(statuses(heard), [OK, OK, OK, status]);
      assert.deepEqual(probe.worked, worked("a", "b", "c"));
      assert.deepEqual(
        served.events.map((event) => event.kind === "request.refused" && event.rule),
        rule === undefined ? [] : [rule],
      );
    });
  }

  test("lets a client hear what was wrong that does not read before it has sent all it has", async () => {
    await using served = await testEdge({ dialects: [probeDialect().dialect] });
    const socket = await rawTls(served.edge.port);
    let error: Error | undefined;
    socket.on("error", (cause) => {
      error = cause;
    });
    socket.write(`${get("a")}NOT A REQUEST\r\n\r\n`);
    await new Promise((resolve) => socket.write(get("hidden").repeat(100_000), resolve));
    let heard = "";
    for await (const text of socket.setEncoding("latin1")) heard += String(text);
    assert.equal(error, undefined);
    assert.deepEqual(statuses(heard), [OK, 400]);
  });
});
