import { connect as connectTcp } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Dialect, WhoIs } from "../../src/edge/contract.ts";
import {
  type Certificate,
  createEdge,
  EDGE_LIMITS,
  type Edge,
  type EdgeLimits,
  type EdgeNeeds,
  healthDialect,
} from "../../src/edge/index.ts";
import type { Facts, Firewall, Outcome, Verdict } from "../../src/firewall/contract.ts";
import { NOBODY } from "../../src/identity/actor.ts";
import { type Event, systemClock } from "../../src/kit/index.ts";
import type { Limits } from "../../src/model/plan.ts";
import type { View } from "../../src/store/contract.ts";
import { makeCertificate } from "./make-certificate.ts";

const RATE = { perMinute: 6_000, burst: 1_000 };
export const PLAN_LIMITS: Limits = {
  connectionsPerAddress: 1_000,
  newConnectionsPerAddress: RATE,
  requestsPerAddress: RATE,
  requestsPerPrefix: RATE,
  requestsPerAccount: RATE,
  writesPerAccount: RATE,
  signInsPerAddress: RATE,
  signInsPerIdentifier: RATE,
  signUpsPerAddress: RATE,
  streamsPerAddress: RATE,
  inspectionKilostepsPerAddress: { perMinute: 60_000_000, burst: 1_000_000 },
  urlBytesMax: 8_192,
  headerBytesMax: 16_384,
  headersMax: 100,
  jsonBytesMax: 65_536,
  jsonDepthMax: 16,
  jsonKeysMax: 1_000,
  rowsPerInsertMax: 100,
  rowsPerAnswerMax: 1_000,
  rowsPerWriteMax: 1_000,
  filtersMax: 20,
  inListMax: 100,
  scanRowsMax: 10_000,
};

/** A firewall whose verdicts a test says, and that writes down what it was asked and told. */
export interface ScriptedFirewall extends Firewall {
  readonly asked: Facts[];
  readonly learned: Outcome[];
  verdict: (facts: Facts) => Verdict;
}

export function scriptedFirewall(): ScriptedFirewall {
  const asked: Facts[] = [];
  const learned: Outcome[] = [];
  const firewall: ScriptedFirewall = {
    asked,
    learned,
    verdict: () => ({ act: "allow" }),
    judge(facts) {
      asked.push(facts);
      return firewall.verdict(facts);
    },
    learn(outcome) {
      learned.push(outcome);
    },
    state: () => ({ name: "requestsPerAddress", limit: 100, remaining: 99, resetMs: 1_500 }),
  };
  return firewall;
}

/** A snapshot in which nothing may be read: the routes of these tests read nothing. */
export const NO_VIEW: View = {
  read: () => Promise.reject(new Error("not in this test")),
  get: () => Promise.reject(new Error("not in this test")),
  count: () => Promise.reject(new Error("not in this test")),
  stamp: () => undefined,
};

let shared: Certificate | undefined;
/** One for the whole file. */
export function certificate(): Certificate {
  shared ??= makeCertificate(["localhost"]);
  return shared;
}

export interface TestEdge extends AsyncDisposable {
  readonly edge: Edge;
  readonly firewall: ScriptedFirewall;
  readonly events: Event[];
  readonly lines: { readonly what: string; readonly cause?: unknown }[];
}

export interface TestEdgeOptions {
  readonly dialects?: readonly Dialect[];
  readonly whoIs?: WhoIs;
  readonly limits?: Partial<EdgeLimits>;
  readonly planLimits?: Partial<Limits>;
  readonly needs?: Partial<EdgeNeeds>;
  readonly trustedProxies?: readonly string[];
  readonly origins?: readonly string[];
}

/** A real edge on a free loopback port; only its neighbours are scripted. */
export async function testEdge(options: TestEdgeOptions = {}): Promise<TestEdge> {
  const firewall = scriptedFirewall();
  const events: Event[] = [];
  const lines: { what: string; cause?: unknown }[] = [];
  const edge = await createEdge({
    dialects: [healthDialect, ...(options.dialects ?? [])],
    store: { view: (work) => work(NO_VIEW) },
    firewall,
    inspection: () => ({ inspect: () => undefined }),
    whoIs: options.whoIs ?? (async () => NOBODY),
    clock: systemClock,
    plan: {
      limits: { ...PLAN_LIMITS, ...options.planLimits },
      origins: options.origins ?? [],
      networks: { allow: [], deny: [], trustedProxies: options.trustedProxies ?? [] },
    },
    listen: { host: "127.0.0.1", port: 0, httpPort: undefined },
    names: [],
    certificate: certificate(),
    newId: () => crypto.getRandomValues(new Uint8Array(16)),
    report: (event) => events.push(event),
    log: (line) => lines.push(line),
    switches: { nodeOptions: undefined, execArgv: [] },
    limits: { ...EDGE_LIMITS, shutdownMs: 1_000, ...options.limits },
    ...options.needs,
  });
  return { edge, firewall, events, lines, [Symbol.asyncDispose]: () => edge[Symbol.asyncDispose]() };
}

/** A TLS socket that speaks what the test writes. */
export async function rawTls(port: number, protocols: readonly string[] = ["http/1.1"], ca = certificate().cert): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: "127.0.0.1", port, ca, servername: "localhost", ALPNProtocols: [...protocols] });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined);
      resolve(socket);
    });
  });
}

const FIRST_BYTE_MS = 3_000;

/** Sends bytes, and gives back all that comes until the other side closes, or no first byte comes, or `quietMs` pass after one. */
export async function converse(
  port: number,
  bytes: string | Uint8Array,
  quietMs = 150,
  firstMs = FIRST_BYTE_MS,
  ca = certificate().cert,
): Promise<string> {
  return hear(await rawTls(port, ["http/1.1"], ca), bytes, quietMs, firstMs);
}

export async function conversePlain(port: number, bytes: string): Promise<string> {
  const socket = connectTcp(port, "127.0.0.1");
  socket.on("error", () => undefined);
  return hear(socket, bytes, 500, FIRST_BYTE_MS);
}

function hear(socket: ReturnType<typeof connectTcp>, bytes: string | Uint8Array, quietMs: number, firstMs: number): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(heard);
    };
    let timer = setTimeout(done, firstMs);
    socket.on("data", (piece: Buffer) => {
      heard += piece.toString("latin1");
      clearTimeout(timer);
      timer = setTimeout(done, quietMs);
    });
    socket.on("close", done);
    socket.write(bytes);
  });
}

/** The status of each answer in what a connection gave back. */
export function statuses(heard: string): number[] {
  return [...heard.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
}
