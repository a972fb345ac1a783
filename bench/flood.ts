/**
 * What a flood over HTTP/2 costs others: a good client asks on, from its own address, while floods come from another one and reconnect
 * whenever they are thrown out. Limits are the defaults.
 *   node scripts/run.mjs bench/flood.ts [seconds]
 */
import { mkdtemp, rm } from "node:fs/promises";
import http2 from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Flood, Flooded } from "./flooder.ts";
import { cpuSeconds, residentMiB, type Server, startHoldfast } from "./servers.ts";

const SECONDS = Number(process.argv[2] ?? 10);
const ASK_EVERY_MS = 25;
const SAMPLE_MS = 50;
const REST_MS = 1_500;
const TARGET = { p95Ms: 50, moreMiB: 32 };
const ONE = 1;
const MANY = 64;

const ROWS: readonly (Pick<Flood, "kind" | "connections"> & { readonly addresses: number })[] = [
  { kind: "rapid reset", connections: 4, addresses: ONE },
  { kind: "rapid reset", connections: 64, addresses: MANY },
  { kind: "streams", connections: 4, addresses: ONE },
  { kind: "continuation", connections: 4, addresses: ONE },
  { kind: "ping", connections: 4, addresses: ONE },
  { kind: "settings", connections: 4, addresses: ONE },
  { kind: "handshakes", connections: 4, addresses: ONE },
  { kind: "handshakes", connections: 64, addresses: MANY },
];

const folder = await mkdtemp(join(tmpdir(), "bench-"));
try {
  const server = await startHoldfast(folder, { limits: "default" });
  console.log(
    `a good client asks every ${ASK_EVERY_MS} ms, floods of ${SECONDS} s; target p95 < ${TARGET.p95Ms} ms, at most +${TARGET.moreMiB} MiB`,
  );
  console.log(await row("no flood", server, () => setTimeout(SECONDS * 1_000, undefined)));
  for (const [at, { kind, connections, addresses }] of ROWS.entries()) {
    const name = `${kind}, ${connections} connections, ${addresses} ${addresses === 1 ? "address" : "addresses"}`;
    // Each row from a network of its own, which nothing is held against yet.
    const from = Array.from({ length: addresses }, (_, n) => `127.1.${at}.${n + 1}`);
    console.log(
      await row(name, server, () => runFlood({ kind, connections, addresses: from, port: server.target.port, seconds: SECONDS })),
    );
    await setTimeout(REST_MS);
  }
  await server.stop();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function row(name: string, server: Server, attack: () => Promise<Flooded | undefined>): Promise<string> {
  const before = { memory: residentMiB(server.pid), cpu: cpuSeconds(server.pid) };
  let most = before.memory;
  const sampling = setInterval(() => {
    most = Math.max(most, residentMiB(server.pid));
  }, SAMPLE_MS);
  const good = goodClient(server);
  const flooded = await attack();
  const { times, failed } = await good.end();
  clearInterval(sampling);
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
  const cpu = (((cpuSeconds(server.pid) - before.cpu) / SECONDS) * 100).toFixed(0);
  const did = flooded ? ` · ${flooded.handshakes} handshakes, ${flooded.refused} refused, ${flooded.mebibytes.toFixed(1)} MiB sent` : "";
  return `${name.padEnd(42)} p50 ${at(0.5)} p95 ${at(0.95)} most ${at(1)} ms, ${times.length} answers, ${failed} failed · +${most - before.memory} MiB · server ${cpu} % of a core${did}`;
}

/** Asks in its own time, whether the answer before has come or not: a server that stalls is asked while it stalls. */
function goodClient({ target, calls }: Server): { end(): Promise<{ readonly times: readonly number[]; readonly failed: number }> } {
  const session = http2.connect(`https://localhost:${target.port}`, {
    ca: target.ca,
    lookup: (_host, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]),
  });
  session.on("error", () => undefined);
  const times: number[] = [];
  const open = new Set<Promise<void>>();
  let failed = 0;
  let asked = 0;
  const ask = async (): Promise<void> => {
    const sentAt = performance.now();
    const { method, path, headers } = calls.read(asked);
    asked += 1;
    const stream = session.request({ ":method": method, ":path": path, ...headers });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    let isGood = false;
    stream.on("response", (answer) => {
      isGood = answer[":status"] === 200;
    });
    stream.on("error", () => resolve(false));
    stream.resume().on("close", () => resolve(isGood));
    if (await promise) times.push(performance.now() - sentAt);
    else failed += 1;
  };
  const timer = setInterval(() => {
    const asking = session.destroyed ? Promise.resolve().then(() => void failed++) : ask();
    open.add(asking);
    void asking.finally(() => open.delete(asking));
  }, ASK_EVERY_MS);
  return {
    async end() {
      clearInterval(timer);
      await Promise.all(open);
      session.destroy();
      return { times, failed };
    },
  };
}

function runFlood(flood: Flood): Promise<Flooded> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL("./flooder.ts", import.meta.url), { workerData: flood });
    thread.once("message", resolve);
    thread.once("error", reject);
  });
}
