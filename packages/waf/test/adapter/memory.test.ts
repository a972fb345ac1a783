import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { connect, type Socket } from "node:net";
import test from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { queryObjects } from "node:v8";
import { Passage } from "../../src/adapter/passage.ts";
import { startServer } from "../../src/command/server.ts";
import { KNOWN_NAMES } from "../../src/engine/index.ts";
import { builtinRules, createFirewall, protect } from "../../src/index.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { type Listening, listen } from "./talk.ts";

const CONNECTIONS = 20;

/** Counts after a collection of all garbage. */
function passages(): number {
  return queryObjects(Passage, { format: "count" });
}

async function open(port: number, text: string): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  for (const socket of sockets) socket.resume().write(text);
  await wait(300);
  return sockets;
}

async function throughProtect(): Promise<Listening> {
  const exclusion = { rules: 9_180_001, target: "ARGS:x", reason: "r", owner: "o", expires: new Date("2100-01-01") } as const;
  const waf = createFirewall({ rules: builtinRules(), policy: { exclusions: [exclusion] } });
  return listen(createServer(protect({ waf }, (request, response) => void request.pipe(response))));
}

async function throughServe(): Promise<{ readonly port: number } & AsyncDisposable> {
  const rules = loadRules({
    sources: [{ name: "rules.conf", text: 'SecRule ARGS "@contains attack" "id:1,phase:2,deny"\n' }],
    known: KNOWN_NAMES,
  });
  const server = await startServer({
    rules,
    paranoia: undefined,
    port: 0,
    upstream: undefined,
    idHeader: undefined,
    record: () => undefined,
  });
  return { port: portOf(server.http), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

for (const [way, start] of [
  ["the adapter", throughProtect],
  ["the proxy", throughServe],
] as const) {
  test(`The firewall holds nothing of requests that are over, and of none whose client has gone, in ${way}`, async () => {
    await using running = await start();
    const waiting = await open(running.port, "GET /a?b=c HTTP/1.1\r\nHost: a\r\n\r\n");
    assert.equal(passages(), 0);
    const sending = await open(running.port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nabc");
    assert.equal(passages(), CONNECTIONS);
    for (const socket of [...sending, ...waiting]) socket.destroy();
    await wait(100);
    assert.equal(passages(), 0);
  });
}
