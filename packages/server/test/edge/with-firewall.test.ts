import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createFirewall, HASH_KEY_BYTES } from "../../src/firewall/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import type { Limits } from "../../src/model/plan.ts";
import { converse, PLAN_LIMITS, rawTls, statuses, testEdge } from "./fixture.ts";
import { frame, rawSession, request, TYPE } from "./h2-frames.ts";

const GET = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
const SLOW = { perMinute: 1, burst: 2 };
const NETWORKS = { allow: [], deny: [], trustedProxies: [] };

function served(limits: Partial<Limits>, networks: Partial<Record<keyof typeof NETWORKS, readonly string[]>> = {}) {
  const plan = { limits: { ...PLAN_LIMITS, ...limits }, networks: { ...NETWORKS, ...networks } };
  const firewall = createFirewall({ clock: systemClock, plan, hashKey: new Uint8Array(HASH_KEY_BYTES) });
  return testEdge({ trustedProxies: plan.networks.trustedProxies, needs: { firewall } });
}

describe("Holdfast, with its firewall,", { concurrency: 4 }, () => {
  test("answers a caller who asks too often with 429 and says when to come again", async () => {
    await using edge = await served({ requestsPerAddress: SLOW });
    const heard = await converse(edge.edge.port, GET.repeat(4), 400);
    assert.deepEqual(statuses(heard), [200, 200, 429, 429]);
    assert.match(heard, /\r\nretry-after: [1-9]\d*\r\n/);
    assert.match(heard, /\r\nratelimit-policy: "[^"]+";q=\d+\r\nratelimit: "[^"]+";r=0;t=\d+\r\n/);
    assert.ok(edge.events.some((event) => event.kind === "request.refused" && event.status === 429));
  });

  test("counts callers behind a named proxy one by one", async () => {
    await using edge = await served({ requestsPerAddress: SLOW, newConnectionsPerAddress: SLOW }, { trustedProxies: ["127.0.0.1"] });
    const from = (address: string): string => GET.replace("\r\n\r\n", `\r\nX-Forwarded-For: ${address}\r\n\r\n`);
    assert.deepEqual(statuses(await converse(edge.edge.port, from("198.51.100.1").repeat(3), 300)), [200, 200, 429]);
    for (let at = 2; at < 6; at += 1) assert.deepEqual(statuses(await converse(edge.edge.port, from(`203.0.113.${at}`), 300)), [200]);
  });

  test("gives an address no more connections than its limit, and room again when one closes", async () => {
    await using edge = await served({ connectionsPerAddress: 2 });
    const [first, second] = [await rawTls(edge.edge.port), await rawTls(edge.edge.port)];
    await assert.rejects(rawTls(edge.edge.port));
    first.destroy();
    while (edge.edge.connections() > 1) await new Promise((resolve) => setTimeout(resolve, 10));
    (await rawTls(edge.edge.port)).destroy();
    second.destroy();
  });

  test("gives an address no more new connections than its rate", async () => {
    await using edge = await served({ newConnectionsPerAddress: SLOW });
    for (let at = 0; at < 2; at += 1) (await rawTls(edge.edge.port)).destroy();
    await assert.rejects(rawTls(edge.edge.port));
  });

  test("lets nobody in from a denied network", async () => {
    await using edge = await served({}, { deny: ["127.0.0.0/8"] });
    await assert.rejects(rawTls(edge.edge.port));
  });

  test("gives no new connection to who floods, is thrown out and comes again", async () => {
    await using edge = await served({});
    const pair = (stream: number): Buffer =>
      Buffer.concat([frame(TYPE.headers, 0x5, stream, request("/health")), frame(TYPE.reset, 0, stream, Buffer.from([0, 0, 0, 8]))]);
    for (let time = 0; time < 3; time += 1) {
      const session = await rawSession(edge.edge.port);
      session.socket.on("error", () => undefined);
      session.write(...Array.from({ length: 2_000 }, (_, at) => pair(at * 2 + 1)));
      await session.closed;
    }
    await assert.rejects(rawTls(edge.edge.port));
    assert.ok(edge.events.some((event) => event.kind === "request.refused" && event.rule === "floodsPerAddress"));
  });

  test("refuses streams that come faster than their rate", async () => {
    await using edge = await served({ streamsPerAddress: SLOW });
    const session = await rawSession(edge.edge.port);
    for (let stream = 1; stream < 10; stream += 2) session.write(frame(TYPE.headers, 0x5, stream, request("/health")));
    const refused = (): number =>
      session.frames().filter(({ type, payload }) => type === TYPE.reset && payload.readUInt32BE(0) === 7).length;
    while (refused() < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    session.socket.destroy();
  });
});
