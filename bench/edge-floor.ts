/**
 * What the edge costs: an empty public route through it, against bare node:https and node:http2, over TLS in the same run.
 *   node scripts/run.mjs bench/edge-floor.ts [seconds]
 * The firewall says yes to everything (limit profile: none), so this is the price of the edge alone. Rounds alternate; server CPU is what counts.
 */
import { execFileSync, spawn } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createSecureServer, type ServerHttp2Stream } from "node:http2";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEdge } from "../packages/server/src/edge/index.ts";
import { NOBODY } from "../packages/server/src/identity/actor.ts";
import { systemClock } from "../packages/server/src/kit/index.ts";
import { DEFAULT_LIMITS } from "../packages/server/src/model/index.ts";
import { load } from "./load.ts";

const KINDS = ["edge h1", "bare h1", "edge h2", "bare h2"] as const;
const ROUNDS = 3;
const CLIENTS = 64;
const BODY = '{"status":"ok","value":12345}';
const ids = new Uint8Array(16_384);
let idAt = ids.length;
const RATE = { perMinute: 1e9, burst: 1e9 };

const [first = "1.5", folderOrNothing] = process.argv.slice(2);
if (folderOrNothing === undefined) await compare(Number(first));
else await serve(first, folderOrNothing);

async function serve(kind: string, folder: string): Promise<void> {
  const certificate = { key: readFileSync(join(folder, "key.pem"), "utf8"), cert: readFileSync(join(folder, "cert.pem"), "utf8") };
  const port = kind.startsWith("edge") ? await serveEdge(certificate) : await serveBare(kind, certificate);
  process.on("message", () => process.send?.(process.cpuUsage()));
  process.send?.({ port });
}

async function serveEdge(certificate: { readonly key: string; readonly cert: string }): Promise<number> {
  const answer = { status: 200, body: BODY };
  const edge = await createEdge({
    dialects: [
      {
        prefix: "/bench",
        words: () => "",
        routes: [{ name: "bench", method: "GET", path: "/bench", needs: "public", body: "none", reads: false, handle: async () => answer }],
      },
    ],
    store: { view: () => Promise.reject(new Error("nothing is read here")) },
    firewall: {
      judge: () => ({ act: "allow" }),
      learn: () => undefined,
      state: () => ({ name: "none", limit: 1, remaining: 1, resetMs: 0 }),
    },
    inspection: () => ({ inspect: () => undefined }),
    whoIs: async () => NOBODY,
    clock: systemClock,
    plan: {
      origins: [],
      networks: { allow: [], deny: [], trustedProxies: [] },
      limits: {
        ...DEFAULT_LIMITS,
        connectionsPerAddress: 1e6,
        newConnectionsPerAddress: RATE,
        requestsPerAddress: RATE,
        requestsPerPrefix: RATE,
        streamsPerAddress: RATE,
        inspectionKilostepsPerAddress: RATE,
      },
    },
    listen: { host: "127.0.0.1", port: 0, httpPort: undefined },
    names: [],
    certificate,
    newId: () => {
      // As the vault does: one system call for many ids.
      if (idAt === ids.length) randomFillSync(ids);
      idAt = idAt === ids.length ? 16 : idAt + 16;
      return ids.subarray(idAt - 16, idAt);
    },
    report: () => undefined,
    log: () => undefined,
    switches: { nodeOptions: undefined, execArgv: [] },
  });
  return edge.port;
}

async function serveBare(kind: string, certificate: { readonly key: string; readonly cert: string }): Promise<number> {
  const headers = { "content-type": "application/json; charset=utf-8", "content-length": String(BODY.length) };
  const server =
    kind === "bare h1"
      ? createServer(certificate, (_request, response) => {
          response.writeHead(200, headers);
          response.end(BODY);
        })
      : createSecureServer(certificate).on("stream", (stream: ServerHttp2Stream) => {
          stream.on("error", () => undefined);
          stream.respond({ ":status": 200, ...headers });
          stream.end(BODY);
        });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

interface Server {
  readonly port: number;
  cpuMicros(): Promise<number>;
  stop(): void;
}

async function start(kind: string, folder: string): Promise<Server> {
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, kind, folder], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const next = (): Promise<Record<string, number>> =>
    new Promise((resolve) => child.once("message", (told: Record<string, number>) => resolve(told)));
  const { port = 0 } = await next();
  return {
    port,
    async cpuMicros() {
      const answer = next();
      child.send("cpu");
      const { user = 0, system = 0 } = await answer;
      return user + system;
    },
    stop: () => child.kill(),
  };
}

async function compare(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edge-floor-"));
  const costs = new Map<string, number[]>(KINDS.map((kind) => [kind, []]));
  const rates = new Map<string, number[]>(KINDS.map((kind) => [kind, []]));
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  execFileSync(
    "openssl",
    ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", ...files, ...names],
    { stdio: "ignore" },
  );
  const ca = readFileSync(join(folder, "cert.pem"), "utf8");
  const servers = new Map<string, Server>();
  try {
    for (const kind of KINDS) servers.set(kind, await start(kind, folder));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [kind, server] of servers) {
        const before = await server.cpuMicros();
        const report = await load(
          { port: server.port, ca, version: kind.endsWith("h2") ? "h2" : "h1" },
          CLIENTS,
          round === 0 ? 0.5 : seconds,
          () => ({
            method: "GET",
            path: "/bench",
            headers: { accept: "application/json", "user-agent": "bench", apikey: "sb_publishable_0123456789", "x-client-info": "bench/1" },
          }),
        );
        const cpu = (await server.cpuMicros()) - before;
        if (report.statuses["200"] !== report.requests) throw new Error(`${kind} answered ${JSON.stringify(report.statuses)}`);
        // The first round only warms up.
        if (round > 0) {
          costs.get(kind)?.push(cpu / report.requests);
          rates.get(kind)?.push(report.perSecond);
        }
      }
    }
  } finally {
    for (const server of servers.values()) server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`limit profile: none · ${CLIENTS} in flight · ${ROUNDS} rounds of ${seconds} s · medians · TLS 1.3`);
  for (const version of ["h1", "h2"]) {
    const [ours, bare] = [median(costs.get(`edge ${version}`)), median(costs.get(`bare ${version}`))];
    const [ourRate, bareRate] = [median(rates.get(`edge ${version}`)), median(rates.get(`bare ${version}`))];
    console.log(
      `${version}: edge ${ours.toFixed(1)} µs CPU a request, bare ${bare.toFixed(1)} µs: ${(ours / bare).toFixed(2)}× · edge ${ourRate}/s, bare ${bareRate}/s (${(ourRate / bareRate).toFixed(2)}×)`,
    );
  }
}

function median(values: readonly number[] = []): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
