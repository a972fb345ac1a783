import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createCors } from "../../src/edge/cors.ts";
import { createServedNames } from "../../src/edge/host.ts";
import { Fault } from "../../src/kit/index.ts";
import { converse, statuses, testEdge } from "./fixture.ts";
import { probeDialect } from "./probe-dialect.ts";

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "allowed";
  } catch (error) {
    return error instanceof Fault ? error.code : "thrown";
  }
};

interface Row {
  readonly does: string;
  readonly head: string;
  readonly status: number;
}

const ROWS: readonly Row[] = [
  { does: "answers a plain request", head: "GET /health HTTP/1.1\r\nHost: localhost", status: 200 },
  { does: "answers under a name with its port, in any case", head: "GET /health HTTP/1.1\r\nHost: LocalHost:8443", status: 200 },
  { does: "answers under its IPv6 loopback name", head: "GET /health HTTP/1.1\r\nHost: [::1]:8443", status: 200 },
  {
    does: "answers the absolute form with the same authority",
    head: "GET https://localhost/health HTTP/1.1\r\nHost: localhost",
    status: 200,
  },
  {
    does: "refuses the absolute form with another authority",
    head: "GET http://evil.example/health HTTP/1.1\r\nHost: localhost",
    status: 400,
  },
  { does: "refuses a Host with a path", head: "GET /health HTTP/1.1\r\nHost: localhost/x", status: 400 },
  { does: "refuses a Host with user info", head: "GET /health HTTP/1.1\r\nHost: a@localhost", status: 400 },
  { does: "refuses an empty Host", head: "GET /health HTTP/1.1\r\nHost: ", status: 400 },
  { does: "refuses a Host with a port that is none", head: "GET /health HTTP/1.1\r\nHost: localhost:99999", status: 400 },
  { does: "refuses a name that it does not serve", head: "GET /health HTTP/1.1\r\nHost: evil.example", status: 421 },
  { does: "refuses a name that starts as its own", head: "GET /health HTTP/1.1\r\nHost: localhost.evil.example", status: 421 },
  { does: "refuses the asterisk form", head: "GET * HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "refuses the authority form", head: "CONNECT localhost:443 HTTP/1.1\r\nHost: localhost", status: 400 },
  {
    does: "refuses two fields of a name that may come once",
    head: "GET /health HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b",
    status: 400,
  },
  { does: "takes a list over two fields", head: "GET /health HTTP/1.1\r\nHost: localhost\r\nPrefer: a\r\nPrefer: b", status: 200 },
  {
    does: "refuses 101 fields",
    head: `GET /health HTTP/1.1\r\nHost: localhost\r\n${Array.from({ length: 100 }, (_, at) => `x${at}: y`).join("\r\n")}`,
    status: 431,
  },
  { does: "refuses a URL of more than 8 KiB", head: `GET /health?${"x".repeat(8_200)} HTTP/1.1\r\nHost: localhost`, status: 414 },
  { does: "refuses a dotted segment", head: "GET /probe/../health HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "refuses an encoded dotted segment", head: "GET /probe/%2e%2e/health HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "refuses an empty segment", head: "GET //health HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "refuses a backslash", head: "GET /probe\\health HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "refuses an encoded slash", head: "GET /probe%2fitems/a HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "refuses an encoded NUL", head: "GET /probe/items/a%00 HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "refuses percent-encoding that is broken", head: "GET /probe/items/%zz HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "refuses percent-encoding that is not UTF-8", head: "GET /probe/items/%ff HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "decodes once", head: "GET /probe/items/%2541 HTTP/1.1\r\nHost: localhost", status: 200 },
  { does: "refuses a key in the address", head: "GET /health?apikey=abc HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "refuses a token in the address", head: "GET /health?a=b&access_token=abc HTTP/1.1\r\nHost: localhost", status: 400 },
  { does: "says 404 for an unknown path", head: "GET /nothing HTTP/1.1\r\nHost: localhost", status: 404 },
  { does: "says 404 for an unknown path with a trailing slash", head: "GET /health/ HTTP/1.1\r\nHost: localhost", status: 404 },
  ...["POST", "TRACE", "DEBUG", "PROPFIND", "TRACK", "PURGE"].map((method) => ({
    does: `does not do ${method}`,
    head: `${method} /health HTTP/1.1\r\nHost: localhost`,
    status: method === "POST" || method === "TRACE" || method === "PROPFIND" || method === "PURGE" ? 405 : 400,
  })),
  { does: "answers HEAD where there is GET", head: "HEAD /health HTTP/1.1\r\nHost: localhost", status: 200 },
  { does: "refuses an expectation that it does not know", head: "GET /health HTTP/1.1\r\nHost: localhost\r\nExpect: magic", status: 417 },
];

describe("Holdfast, reading heads over HTTP/1.1,", { concurrency: 8 }, () => {
  for (const { does, head, status } of ROWS) {
    test(does, async () => {
      const probe = probeDialect();
      await using served = await testEdge({ dialects: [probe.dialect] });
      const heard = await converse(served.edge.port, `${head}\r\n\r\n`, 60);
      assert.deepEqual(statuses(heard), [status], heard);
      assert.ok(!heard.includes("evil"), "nothing of a foreign name is reflected");
    });
  }

  test("gives a handler the path decoded once, its parameters and its raw query", async () => {
    const probe = probeDialect();
    await using served = await testEdge({ dialects: [probe.dialect] });
    await converse(served.edge.port, "GET /probe/items/%2541%20b/parts/c?x=%20&y HTTP/1.1\r\nHost: localhost\r\n\r\n", 60);
    const [exchange] = probe.seen;
    assert.deepEqual({ ...exchange?.params }, { item: "%41 b", part: "c" });
    assert.equal(exchange?.path, "/probe/items/%41 b/parts/c");
    assert.equal(exchange?.query, "x=%20&y");
  });

  test("prefers a written segment to a named one", async () => {
    const probe = probeDialect();
    await using served = await testEdge({ dialects: [probe.dialect] });
    await converse(
      served.edge.port,
      "GET /probe/items/special HTTP/1.1\r\nHost: localhost\r\n\r\nGET /probe/items/special/parts/c HTTP/1.1\r\nHost: localhost\r\n\r\n",
      60,
    );
    assert.deepEqual(
      probe.seen.map(({ params }) => Object.keys(params)),
      [[], ["item", "part"]],
    );
  });

  test("works on nothing that is pipelined behind a refused body", async () => {
    const probe = probeDialect();
    await using served = await testEdge({ dialects: [probe.dialect] });
    const refused = "POST /probe/echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}";
    const heard = await converse(served.edge.port, `${refused}GET /probe/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n`, 60);
    assert.deepEqual(statuses(heard), [415]);
    assert.deepEqual(probe.worked, []);
  });
});

describe("Holdfast, reading parts of a head,", () => {
  test("knows which of its names are public", () => {
    const names = createServedNames(["api.example.com", "box.local", "10.0.0.7"], "127.0.0.1");
    assert.deepEqual(
      names.all.filter(({ real }) => real).map(({ name }) => name),
      ["api.example.com"],
    );
    assert.equal(
      codeOf(() => names.find("api.example.com.evil.net")),
      "request.misdirected",
    );
    assert.equal(
      codeOf(() => createServedNames([], "0.0.0.0")),
      "settings.invalid",
    );
  });

  test("gives no origin but the listed ones and its own a word", () => {
    const cors = createCors(["https://good.com", "null"]);
    const allowed = (origin: string): boolean => cors.headersFor(origin, "localhost:8443").length > 0;
    assert.deepEqual(["https://good.com", "https://localhost:8443"].map(allowed), [true, true]);
    const foreign = [
      "null",
      "https://good.com.evil",
      "https://evilgood.com",
      "http://good.com",
      "https://good.com:444",
      "HTTPS://GOOD.COM",
      "https://localhost",
      "",
    ];
    assert.deepEqual(foreign.filter(allowed), []);
  });
});
