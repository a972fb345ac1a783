/** A load generator that costs little: raw TLS sockets for HTTP/1.1, one request in flight on each; node:http2 for HTTP/2. */
import http2 from "node:http2";
import tls from "node:tls";

export interface Target {
  readonly port: number;
  readonly ca: string;
  readonly version: "h1" | "h2";
  /** Where the n-th connection comes from; the system's choice without it. On Linux all of 127.0.0.0/8 is this machine. */
  readonly from?: (n: number) => string;
}
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}
export interface LoadReport {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers by status. */
  readonly statuses: Readonly<Record<string, number>>;
}

const STREAMS_PER_CONNECTION = 8;

/** Keeps `clients` requests in flight for `seconds`; `next` gives the call for the n-th request. */
export async function load(target: Target, clients: number, seconds: number, next: (n: number) => Call): Promise<LoadReport> {
  const state = { issued: 0, latencies: [] as number[], statuses: new Map<string, number>(), endAt: performance.now() + seconds * 1000 };
  const begun = performance.now();
  const run = target.version === "h1" ? runHttp1 : runHttp2;
  const awake = stayAwake();
  await run(
    target,
    clients,
    () => (performance.now() < state.endAt ? next(state.issued++) : undefined),
    (status, ms) => {
      state.latencies.push(ms);
      state.statuses.set(status, (state.statuses.get(status) ?? 0) + 1);
    },
  );
  awake.end();
  const took = (performance.now() - begun) / 1000;
  const sorted = Float64Array.from(state.latencies).sort();
  const at = (share: number): number => Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2));
  return {
    requests: sorted.length,
    seconds: took,
    perSecond: Math.round(sorted.length / took),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    statuses: Object.fromEntries(state.statuses),
  };
}

/** The generator polls instead of sleeping: on a virtual machine, waking it would be paid by the server, and most by the slower one. */
function stayAwake(): { end(): void } {
  let isOver = false;
  const poll = (): void => {
    if (!isOver) setImmediate(poll);
  };
  poll();
  return {
    end: () => {
      isOver = true;
    },
  };
}

type Take = () => Call | undefined;
type Done = (status: string, ms: number) => void;

async function runHttp1(target: Target, clients: number, take: Take, done: Done): Promise<void> {
  await Promise.all(Array.from({ length: clients }, (_, n) => oneConnection(target, n, take, done)));
}

function oneConnection(target: Target, n: number, take: Take, done: Done): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const { port, ca, from } = target;
  const local = from === undefined ? {} : { localAddress: from(n) };
  const socket = tls.connect({ port, host: "127.0.0.1", ca, servername: "localhost", ALPNProtocols: ["http/1.1"], ...local });
  let pending = "";
  let sentAt = 0;
  const send = (): void => {
    const call = take();
    if (call === undefined) return void socket.end(() => resolve());
    sentAt = performance.now();
    const headers = Object.entries({ host: `localhost:${target.port}`, ...call.headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    const length = call.body === undefined ? "" : `content-length: ${Buffer.byteLength(call.body)}\r\n`;
    socket.write(`${call.method} ${call.path} HTTP/1.1\r\n${headers.join("")}${length}\r\n${call.body ?? ""}`);
  };
  socket.setEncoding("latin1").setNoDelay(true);
  socket.on("data", (chunk: string) => {
    pending += chunk;
    const head = pending.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(pending)?.[1] ?? 0);
    if (pending.length < head + 4 + length) return;
    const status = pending.slice(9, 12);
    pending = "";
    done(status, performance.now() - sentAt);
    send();
  });
  socket
    .once("secureConnect", send)
    .once("error", reject)
    .once("close", () => resolve());
  return promise;
}

async function runHttp2(target: Target, clients: number, take: Take, done: Done): Promise<void> {
  const connections = Math.max(1, Math.floor(clients / STREAMS_PER_CONNECTION));
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const session = http2.connect(`https://127.0.0.1:${target.port}`, { ca: target.ca, servername: "localhost" });
      await Promise.all(Array.from({ length: STREAMS_PER_CONNECTION }, () => oneStreamAfterAnother(session, take, done)));
      session.close();
    }),
  );
}

async function oneStreamAfterAnother(session: http2.ClientHttp2Session, take: Take, done: Done): Promise<void> {
  for (let call = take(); call !== undefined; call = take()) {
    const sentAt = performance.now();
    const stream = session.request({ ":method": call.method, ":path": call.path, ...call.headers }, { endStream: call.body === undefined });
    if (call.body !== undefined) stream.end(call.body);
    const { promise, resolve } = Promise.withResolvers<string>();
    let status = "0";
    stream.on("response", (headers) => (status = String(headers[":status"])));
    stream
      .resume()
      .on("end", () => resolve(status))
      .on("error", () => resolve("error"));
    done(await promise, performance.now() - sentAt);
  }
}
