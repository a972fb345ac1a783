import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createAddresses } from "../../src/edge/address.ts";
import type { Dialect, Exchange } from "../../src/edge/contract.ts";
import { askControl, type ControlCommand, createControl, pagesDialect } from "../../src/edge/index.ts";
import { Fault, isFault } from "../../src/kit/index.ts";
import { certificate, converse, conversePlain, rawTls, statuses, testEdge } from "./fixture.ts";
import { probeDialect } from "./probe-dialect.ts";

const get = (path: string, ...fields: readonly string[]): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
const headersOf = (heard: string): ReadonlyMap<string, string> =>
  new Map(
    (heard.split("\r\n\r\n")[0] ?? "")
      .split("\r\n")
      .slice(1)
      .map((line): [string, string] => {
        const colon = line.indexOf(": ");
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 2)];
      }),
  );

const page = (text: string, type = "text/html; charset=utf-8") => ({ type, bytes: Buffer.from(text) });

describe("Holdfast, in the headers of every answer,", { concurrency: 4 }, () => {
  const requests: readonly string[] = [
    get("/health"),
    get("/nothing"),
    get("/probe/broken"),
    get("/probe/../x"),
    "nonsense\r\n\r\n",
    get("/health").replace("localhost", "evil.example"),
  ];
  for (const request of requests) {
    test(`keeps browsers safe: ${request.split("\r\n")[0]}`, async () => {
      await using served = await testEdge({ dialects: [probeDialect().dialect] });
      const headers = headersOf(await converse(served.edge.port, request, 60));
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
      assert.equal(headers.get("cache-control"), "no-store");
      assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none'; frame-ancestors 'none'/);
      assert.match(headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
      assert.equal(headers.get("content-type"), "application/json; charset=utf-8");
      assert.ok(headers.has("permissions-policy"));
      for (const absent of ["strict-transport-security", "server", "x-powered-by", "access-control-allow-origin", "set-cookie"])
        assert.equal(headers.has(absent), false, absent);
    });
  }

  test("promises HTTPS for ever on real names, and never on local ones", async () => {
    await using served = await testEdge({ needs: { names: ["api.example.com"] } });
    // The last two are refused for how they are written, before anything else is looked at.
    for (const path of ["/health", "/nothing", "/%00", "/<b>"]) {
      const real = headersOf(await converse(served.edge.port, get(path).replace("localhost", "api.example.com"), 60));
      assert.equal(real.get("strict-transport-security"), "max-age=63072000; includeSubDomains", path);
      assert.equal(headersOf(await converse(served.edge.port, get(path), 60)).has("strict-transport-security"), false, path);
    }
  });

  const preflight = (origin: string, path = "/probe/echo"): string =>
    `OPTIONS ${path} HTTP/1.1\r\nHost: localhost\r\nOrigin: ${origin}\r\nAccess-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: apikey\r\n\r\n`;

  test("answers preflights without a key, judged, and only to listed origins", async () => {
    await using served = await testEdge({ dialects: [probeDialect().dialect], origins: ["https://app.example.com"] });
    const heard = await converse(served.edge.port, preflight("https://app.example.com"), 60);
    assert.deepEqual(statuses(heard), [204]);
    const headers = headersOf(heard);
    assert.equal(headers.get("access-control-allow-origin"), "https://app.example.com");
    assert.equal(
      headers.get("access-control-allow-headers"),
      "authorization, apikey, x-client-info, x-supabase-api-version, content-type, prefer, accept-profile, content-profile, range",
    );
    assert.equal(headers.has("access-control-allow-credentials"), false);
    assert.equal(headers.get("vary"), "origin");
    assert.deepEqual(served.firewall.asked.at(-1), { stage: "head", address: "127.0.0.1", route: "probe.echo", limit: undefined });
    for (const origin of ["null", "https://app.example.com.evil.net", "https://evilapp.example.com", "http://app.example.com"]) {
      const refused = headersOf(await converse(served.edge.port, preflight(origin), 60));
      assert.deepEqual(
        [...refused.keys()].filter((name) => name.startsWith("access-control")),
        [],
      );
    }
    assert.deepEqual(statuses(await converse(served.edge.port, preflight("https://app.example.com", "/nothing"), 60)), [404]);
  });

  test("lets a listed origin and its own read answers, with the quotable id", async () => {
    await using served = await testEdge({ origins: ["https://app.example.com"] });
    const own = `https://localhost:${served.edge.port}`;
    for (const origin of ["https://app.example.com", own]) {
      const headers = headersOf(
        await converse(served.edge.port, get("/health", `Origin: ${origin}`).replace("localhost", `localhost:${served.edge.port}`), 60),
      );
      assert.equal(headers.get("access-control-allow-origin"), origin);
      assert.match(headers.get("access-control-expose-headers") ?? "", /content-range, retry-after, ratelimit.*x-request-id/);
    }
    assert.equal(
      headersOf(await converse(served.edge.port, get("/health", "Origin: https://other.example"), 60)).has("access-control-allow-origin"),
      false,
    );
  });
});

describe("Holdfast, serving pages,", { concurrency: 4 }, () => {
  test("serves exactly its files, under a CSP with Trusted Types and without exceptions for scripts", async () => {
    const pages = pagesDialect(
      new Map([
        ["/index.html", page("<p>hello")],
        ["/app.js", page("1", "text/javascript; charset=utf-8")],
      ]),
    );
    await using served = await testEdge({ dialects: [pages] });
    const heard = await converse(served.edge.port, get("/"), 60);
    assert.ok(heard.endsWith("<p>hello"));
    const headers = headersOf(heard);
    const csp = headers.get("content-security-policy") ?? "";
    assert.match(
      csp,
      /default-src 'none'; script-src 'self'; style-src 'self'; .*require-trusted-types-for 'script'; trusted-types 'none'$/,
    );
    assert.doesNotMatch(csp, /unsafe|blob:|\*/);
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headersOf(await converse(served.edge.port, get("/app.js"), 60)).get("content-type"), "text/javascript; charset=utf-8");
    for (const path of ["/.git/config", "/.env", "/package.json", "/app.js.map", "/index", "/metrics"]) {
      assert.deepEqual(statuses(await converse(served.edge.port, get(path), 60)), [404], path);
    }
  });

  test("does not start with a file that must never be served", () => {
    for (const path of ["/.env", "/.git/config", "/package.json", "/app.js.map", "/app.ts", "/data.db", "/a/node_modules/x.js"]) {
      assert.throws(
        () => pagesDialect(new Map([[path, page("")]])),
        (error) => isFault(error, "settings.invalid"),
        path,
      );
    }
    pagesDialect(new Map([["/.well-known/security.txt", page("")]]));
  });

  test("sends people who come over plain HTTP to HTTPS, and refuses API calls there", async () => {
    const options = { dialects: [probeDialect().dialect], needs: { listen: { host: "127.0.0.1", port: 0, httpPort: 0 } } };
    await using served = await testEdge(options);
    const port = served.edge.httpPort ?? 0;
    const heard = await conversePlain(port, get("/page?x=1"));
    assert.deepEqual(statuses(heard), [308]);
    assert.equal(headersOf(heard).get("location"), `https://localhost:${served.edge.port}/page?x=1`);
    const refused = [
      get("/probe/hidden"),
      get("/health"),
      get("/page").replace("GET", "POST"),
      get("/page").replace("localhost", "evil.example"),
      get("//evil.example/"),
      get("/page", "Host: localhost"),
    ];
    for (const request of refused) assert.deepEqual(statuses(await conversePlain(port, request)), [403], request);
  });
});

describe("Holdfast, telling who calls from where,", { concurrency: 4 }, () => {
  const addresses = createAddresses(["10.0.0.0/8", "2001:db8::1"]);
  const rows: readonly (readonly [peer: string, forwardedFor: string | undefined, wanted: string])[] = [
    ["203.0.113.9", "1.1.1.1", "203.0.113.9"],
    ["10.0.0.1", undefined, "10.0.0.1"],
    ["10.0.0.1", "1.1.1.1, 198.51.100.4", "198.51.100.4"],
    ["10.0.0.1", "1.1.1.1, 198.51.100.4, 10.9.9.9", "198.51.100.4"],
    ["10.0.0.1", "10.1.1.1, 10.2.2.2", "10.1.1.1"],
    ["10.0.0.1", "garbage, 198.51.100.4", "198.51.100.4"],
    ["2001:db8::1", "198.51.100.4", "198.51.100.4"],
  ];
  for (const [peer, forwardedFor, wanted] of rows) {
    test(`takes ${wanted} for ${peer} that forwards ${forwardedFor}`, () => {
      assert.equal(addresses.resolve(peer, forwardedFor), wanted);
    });
  }

  test("refuses a request for which a named proxy forwards no address", async () => {
    await using served = await testEdge({ trustedProxies: ["127.0.0.1"] });
    assert.deepEqual(statuses(await converse(served.edge.port, get("/health", "X-Forwarded-For: garbage"), 60)), [400]);
  });

  async function loopbackOf(
    options: Parameters<typeof testEdge>[0],
    ...fields: readonly string[]
  ): Promise<readonly [boolean | undefined, string | undefined]> {
    const probe = probeDialect();
    await using served = await testEdge({ ...options, dialects: [probe.dialect] });
    await converse(served.edge.port, get("/probe/hidden", ...fields), 60);
    const seen: Exchange | undefined = probe.seen[0];
    return [seen?.loopback, seen?.address];
  }

  test("gives loopback privileges only when every condition holds", async () => {
    assert.deepEqual(await loopbackOf({}), [true, "127.0.0.1"]);
    for (const field of [
      "Forwarded: for=1.1.1.1",
      "X-Forwarded-For: 127.0.0.1",
      "X-Forwarded-Proto: https",
      "X-Forwarded-Anything: x",
      "X-Real-IP: 127.0.0.1",
      "Via: 1.1 proxy",
    ]) {
      assert.deepEqual(await loopbackOf({}, field), [false, "127.0.0.1"], field);
    }
    assert.deepEqual(await loopbackOf({ needs: { names: ["api.example.com"] } }), [false, "127.0.0.1"]);
    assert.deepEqual(await loopbackOf({ trustedProxies: ["10.0.0.1"] }), [false, "127.0.0.1"]);
    assert.deepEqual(await loopbackOf({ needs: { names: ["localhost"], listen: { host: "0.0.0.0", port: 0, httpPort: undefined } } }), [
      false,
      "127.0.0.1",
    ]);
  });

  test("judges the requests of a named proxy by the address that it forwards", async () => {
    await using served = await testEdge({ trustedProxies: ["127.0.0.1"] });
    await converse(served.edge.port, get("/health", "X-Forwarded-For: 198.51.100.4"), 60);
    assert.deepEqual(
      served.firewall.asked.map(({ stage, address }) => [stage, address]),
      [
        ["address", "127.0.0.1"],
        ["head", "198.51.100.4"],
        ["actor", "198.51.100.4"],
      ],
    );
  });
});

describe("Holdfast, on its control socket,", { concurrency: 4 }, () => {
  async function withControl(
    commands: Readonly<Record<string, ControlCommand>>,
    work: (path: string, lines: unknown[]) => Promise<void>,
  ): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-control-"));
    const lines: unknown[] = [];
    try {
      await using _control = await createControl({
        path: join(folder, "control"),
        commands: async () => commands,
        complete: () => Promise.resolve(),
        log: (line) => lines.push(line),
      });
      await work(join(folder, "control"), lines);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  const commands: Readonly<Record<string, ControlCommand>> = {
    count: async (args, progress) => {
      for (let at = 1; at <= 3; at += 1) progress({ at });
      return { args };
    },
    large: async () => "x".repeat(5_000_000),
    refuse: () => Promise.reject(new Fault("backup.refused", "The folder is full.", { detail: { free: 0 } })),
    fail: () => Promise.reject(new Error("a secret about the inside")),
    nothing: async () => undefined,
  };

  test("looks again for a command that comes with a room which is still being loaded", async () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-control-"));
    const offered: Record<string, ControlCommand> = {};
    const loading = Promise.withResolvers<void>();
    try {
      const path = join(folder, "control");
      await using _control = await createControl({
        path,
        commands: async () => offered,
        complete: () => loading.promise,
        log: () => undefined,
      });
      const asked = askControl(path, "late", {}, () => undefined);
      setTimeout(() => {
        offered["late"] = async () => "there";
        loading.resolve();
      }, 50);
      assert.equal(await asked, "there");
      await assert.rejects(
        askControl(path, "never", {}, () => undefined),
        (error) => isFault(error, "request.unknown"),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("runs a command, with progress, and gives back its result", async () => {
    await withControl(commands, async (path) => {
      const progress: unknown[] = [];
      assert.deepEqual(await askControl(path, "count", { a: [1] }, (line) => progress.push(line)), { args: { a: [1] } });
      assert.deepEqual(progress, [{ at: 1 }, { at: 2 }, { at: 3 }]);
      assert.equal(String(await askControl(path, "large", {}, () => undefined)).length, 5_000_000);
      assert.equal(await askControl(path, "nothing", undefined, () => undefined), null);
    });
  });

  test("throws the command's own fault, and hides what nobody expected", async () => {
    await withControl(commands, async (path, lines) => {
      const ask = (command: string): Promise<unknown> => askControl(path, command, {}, () => undefined);
      await assert.rejects(
        ask("refuse"),
        (error) => isFault(error, "backup.refused") && error.message === "The folder is full." && error.detail["free"] === 0,
      );
      await assert.rejects(ask("fail"), (error) => isFault(error, "internal") && !error.message.includes("secret"));
      assert.equal(lines.length, 1);
      for (const command of ["unknown", "toString", "__proto__"])
        await assert.rejects(ask(command), (error) => isFault(error, "request.unknown"));
    });
  });

  test("tells a command when no server is running", async () => {
    await assert.rejects(
      askControl(join(tmpdir(), "holdfast-nobody"), "count", {}, () => undefined),
      (error) => isFault(error, "server.absent"),
    );
  });

  test("answers bytes that are no request with a fault, and goes on", async () => {
    await withControl(commands, async (path) => {
      const say = (text: string): Promise<string> =>
        new Promise((resolve) => {
          const socket = connect(path);
          let heard = "";
          socket.on("data", (piece: Buffer) => {
            heard += piece;
          });
          socket.on("error", () => undefined);
          socket.on("close", () => resolve(heard));
          socket.write(text);
        });
      for (const text of ["nonsense\n", "[]\n", '{"args":1}\n', `{"command":"${"x".repeat(100_000)}"}\n`])
        assert.match(await say(text), /"fault":\{"code":"request.malformed"/);
      assert.match(await say('{"command":"count","args":1}\n'), /"result"/);
    });
  });
});

describe("Holdfast, when it is told to stop,", { concurrency: 4 }, () => {
  function slowDialect(): { readonly dialect: Dialect; readonly started: Promise<void>; finish(): void } {
    const started = Promise.withResolvers<void>();
    const finished = Promise.withResolvers<void>();
    const handle = async () => {
      started.resolve();
      await finished.promise;
      return { status: 200, body: '"done"' };
    };
    return {
      dialect: {
        prefix: "/slow",
        words: () => "",
        routes: [{ name: "slow", method: "GET", path: "/slow", needs: "public", body: "none", reads: false, handle }],
      },
      started: started.promise,
      finish: finished.resolve,
    };
  }

  test("finishes what runs, ends what idles, and takes nothing new", async () => {
    const slow = slowDialect();
    const served = await testEdge({ dialects: [slow.dialect], limits: { shutdownMs: 20_000 } });
    // They would stay for longer than the test may take: only the server can end them.
    const silent = await rawTls(served.edge.port);
    let said = "";
    silent.on("data", (piece: Buffer) => {
      said += piece;
    });
    const idle = converse(served.edge.port, get("/health"), 60_000);
    const running = converse(served.edge.port, get("/slow"), 60_000, 60_000);
    const session = connectHttp2(`https://localhost:${served.edge.port}`, { ca: certificate().cert });
    const left = new Promise<void>((resolve) => session.once("goaway", () => resolve()));
    const stream = session.request({ ":path": "/slow" });
    const status = new Promise((resolve) => stream.once("response", (headers) => resolve(headers[":status"])));
    stream.resume();
    await new Promise<void>((resolve) => session.once("remoteSettings", () => resolve()));
    await slow.started;
    const stopped = served.edge[Symbol.asyncDispose]();
    assert.deepEqual(statuses(await idle), [200]);
    await assert.rejects(converse(served.edge.port, get("/health"), 60));
    await left;
    slow.finish();
    assert.equal(await status, 200);
    const heard = await running;
    assert.ok(heard.endsWith('"done"') && /connection: close/i.test(heard), heard);
    await stopped;
    assert.equal(said, "", "one that has asked for nothing is closed, and not kept until it is too slow");
    assert.equal(served.edge.connections(), 0);
    await served.edge[Symbol.asyncDispose]();
  });

  test("ends what is still busy when its time is over, and says so", async () => {
    const slow = slowDialect();
    const served = await testEdge({ dialects: [slow.dialect], limits: { shutdownMs: 100 } });
    const running = converse(served.edge.port, get("/slow"), 5_000);
    await slow.started;
    await served.edge[Symbol.asyncDispose]();
    assert.equal(await running, "");
    assert.ok(served.lines.some(({ what }) => what.includes("still busy")));
  });
});
