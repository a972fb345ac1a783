import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer } from "node:http";
import test from "node:test";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import express from "express";
import { builtinRules } from "../../src/builtin/index.ts";
import { startServer } from "../../src/command/server.ts";
import { createFirewall, expressFirewall, type Protection, protect } from "../../src/index.ts";
import { portOf } from "../command/listening.ts";
import { hashOf, slowly } from "./byte-servers.ts";
import { type Listening, listen } from "./talk.ts";

const HONEST = JSON.stringify({
  events: Array.from({ length: 40 }, (_, at) => ({ id: at, name: "page view", page: `https://shop.example/items/${at}`, ms: at * 17 })),
});
const ATTACK = JSON.stringify({ name: "1' UNION SELECT password, 1 FROM users -- ", note: "x".repeat(200) });

const CODINGS: readonly (readonly [coding: string, compress: (text: string) => Buffer])[] = [
  ["gzip", gzipSync],
  ["x-gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
  ["zstd", zstdCompressSync],
];

function protection(more: Partial<Protection> = {}): Protection {
  return { waf: createFirewall({ rules: builtinRules() }), ...more };
}

/** Answers with the name that its parser, which inflates, found inside. */
function expressApp(by?: Protection): Promise<Listening> {
  const app = express();
  if (by !== undefined) app.use(expressFirewall(by));
  app.use(express.json({ limit: 10_000_000 }));
  app.post("/", (request, response) => void response.send(JSON.stringify(request.body)));
  return listen(createServer(app));
}

async function post(port: number, coding: string, body: Uint8Array, type = "application/json"): Promise<readonly [number, string]> {
  const headers = { "content-type": type, "content-encoding": coding };
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", headers, body: new Uint8Array(body) });
  return [response.status, await response.text()];
}

for (const [coding, compress] of CODINGS) {
  test(`The firewall refuses an attack inside ${coding}, and lets an honest body through byte for byte`, async () => {
    await using server = await listen(
      createServer(protect(protection(), async (request, response) => response.end(hashOf(await slowly(request))))),
    );
    assert.deepEqual(await post(server.port, coding, compress(HONEST)), [200, hashOf(compress(HONEST))]);
    const [status, text] = await post(server.port, coding, compress(ATTACK));
    assert.equal(status, 403);
    assert.match(text, /^Refused\. Reference: /);
  });
}

test("The firewall sees what Express finds inside a compressed body", async () => {
  await using bare = await expressApp();
  await using app = await expressApp(protection());
  for (const [coding, compress] of [["gzip", gzipSync], ["deflate", deflateSync], ["br", brotliCompressSync]] as const) {
    assert.deepEqual(await post(bare.port, coding, compress(ATTACK)), [200, ATTACK]);
    assert.equal((await post(app.port, coding, compress(ATTACK)))[0], 403);
    assert.deepEqual(await post(app.port, coding, compress(HONEST)), [200, HONEST]);
  }
}); // biome-ignore format: one line

test("The firewall refuses compressed bodies that it cannot read, and says why to whoever keeps the log", async () => {
  const faults: (string | undefined)[] = [];
  await using app = await expressApp(protection({ onRefused: ({ fault }) => faults.push(fault) }));
  const bomb = gzipSync(JSON.stringify("x".repeat(5_000_000)));
  const whole = gzipSync(HONEST);
  for (const body of [bomb, whole.subarray(0, -1), Buffer.concat([whole, whole]), Buffer.from(HONEST)]) {
    assert.equal((await post(app.port, "gzip", body))[0], 400);
  }
  assert.equal((await post(app.port, "gzip, gzip", gzipSync(whole)))[0], 400);
  assert.deepEqual(faults, ["coding", "coding", "coding", "coding", "coding"]);
});

test("The firewall refuses what it cannot inflate where no rule asks for it too, unless it is told to let it pass", async () => {
  const waf = createFirewall({ rules: { ...builtinRules(), items: [] } });
  await using strict = await expressApp({ waf });
  await using lax = await expressApp({ waf, unreadable: "pass" });
  // Deep inside, and larger as it came than inside: no body that was cut.
  const deep = gzipSync(`${"[".repeat(600)}${"]".repeat(600)}`, { level: 0 });
  for (const body of [gzipSync(JSON.stringify({ a: "x".repeat(300_000) })), deep]) {
    assert.equal((await post(strict.port, "gzip", body))[0], 400);
    assert.equal((await post(lax.port, "gzip", body))[0], 200);
  }
});

test("The firewall that stands in front of other servers reads compressed bodies too", async () => {
  await using bare = await expressApp();
  const needs = { rules: builtinRules(), paranoia: undefined, port: 0, idHeader: undefined, limits: {}, host: "127.0.0.1", drainMs: 0 };
  const server = await startServer({ ...needs, upstream: new URL(bare.url), record: () => undefined });
  await using _ = server;
  const port = portOf(server.http.address());
  assert.deepEqual(await post(port, "gzip", gzipSync(HONEST)), [200, HONEST]);
  assert.equal((await post(port, "gzip", gzipSync(ATTACK)))[0], 403);
  assert.equal((await post(port, "gzip", gzipSync(HONEST).subarray(9)))[0], 400);
});

/** Steps that a compressed body costs where no rule looks at it. */
function stepsOf(coding: string, body: Uint8Array): number {
  const transaction = createFirewall({ rules: { ...builtinRules(), items: [] } }).open({
    method: "POST",
    target: "/",
    protocol: "HTTP/1.1",
    headers: [["Host", "shop.example"], ["Content-Type", "text/plain"], ["Content-Encoding", coding], ["Content-Length", String(body.length)]],
    remoteAddress: "192.0.2.1",
    remotePort: 50_000,
    serverAddress: "192.0.2.2",
    serverPort: 443,
  });
  transaction.head();
  transaction.feed(body);
  transaction.body();
  transaction.close();
  assert.equal(transaction.bodyFacts?.error, undefined);
  return transaction.steps;
} // biome-ignore format: one line

test("The firewall pays for what it inflates, and for what has nothing inside", () => {
  // RFC 1951: stored blocks of no bytes, the last of which says so.
  const blocks = Buffer.from(`${"000000ffff".repeat(26_000)}010000ffff`, "hex");
  assert.ok(stepsOf("deflate", blocks) > 10 * blocks.length);
  assert.ok(stepsOf("gzip", gzipSync("a".repeat(100_000))) > 100_000);
});
