import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fill, getText } from "./fill.ts";
import type { Call, Target } from "./load.ts";

type Work = "read" | "list" | "insert";

export interface Server {
  readonly pid: number;
  readonly target: Omit<Target, "version">;
  readonly calls: Readonly<Record<Work, (n: number) => Call>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly startMs: number;
  readonly idleMiB: number;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(import.meta.resolve("../packages/server/src/main.ts"));
const CONFIG = fileURLToPath(import.meta.resolve("./holdfast.config.ts"));
const COMPILE_CACHE = fileURLToPath(import.meta.resolve("../node_modules/.cache/compiled"));
const FLAGS = ["--disallow-code-generation-from-strings", "--disable-proto=delete"];
const NOTES = 10_000;
const USERS = 100;
const TICKS_PER_SECOND = 100;

export async function startHoldfast(folder: string, { limits = "open" }: { readonly limits?: "open" | "default" } = {}): Promise<Server> {
  const data = join(folder, "data");
  const env = {
    ...process.env,
    HOLDFAST_CONFIG: CONFIG,
    BENCH_LIMITS: limits,
    HOLDFAST_DATA: data,
    HOLDFAST_PORT: "0",
    // As scripts/run.mjs starts it.
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    HOLDFAST_KEY: `file:${join(folder, "root.key")}`,
  };
  // The first start makes keys and certificates; the second is the one that is timed.
  const first = spawn(process.execPath, [...FLAGS, MAIN, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
  await printed(first, /ready/);
  await end(first);
  const begun = performance.now();
  const child = spawn(process.execPath, [...FLAGS, MAIN, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
  await printed(child, /ready/);
  const startMs = Math.round(performance.now() - begun);
  const idleMiB = residentMiB(child.pid ?? 0);

  const connection = JSON.parse(await readFile(join(data, "connect.json"), "utf8"));
  const key = JSON.parse(
    execFileSync(process.execPath, [...FLAGS, MAIN, "keys", "create", "--scope", "accounts:write", "--expires", "1h", "--json"], {
      env,
      encoding: "utf8",
    }),
  );
  const target = { port: Number(new URL(connection.url).port), ca: await readFile(connection.caFile, "utf8") };
  const { tokens, ids, owners } = await fill({
    ...target,
    publishableKey: connection.publishableKey,
    secretKey: key.secretKey,
    users: USERS,
    notes: NOTES,
  });
  const json = { apikey: connection.publishableKey, "content-type": "application/json" };
  const as = (n: number) => ({ apikey: connection.publishableKey, authorization: `Bearer ${tokens[n % USERS]}` });
  return {
    pid: child.pid ?? 0,
    target,
    headers: json,
    startMs,
    idleMiB,
    calls: {
      read: (n) => ({ method: "GET", path: `/rest/v1/notes?select=*&id=eq.${ids[n % USERS]?.[n % 97]}`, headers: as(n) }),
      list: (n) => ({ method: "GET", path: "/rest/v1/notes?select=*&rank=gte.100&order=rank.desc&limit=20", headers: as(n) }),
      insert: (n) => ({
        method: "POST",
        path: "/rest/v1/notes",
        headers: { ...as(n), "content-type": "application/json", prefer: "return=minimal" },
        body: JSON.stringify({ title: `New ${n}`, body: "A body of some length. ".repeat(8), rank: -1, owner: owners[n % USERS] }),
      }),
    },
    stop: () => end(child),
  };
}

export async function startPeer(folder: string, version: "h1" | "h2"): Promise<Server> {
  const [key, cert] = [join(folder, "peer.key"), join(folder, "peer.crt")];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      key,
      "-out",
      cert,
      "-days",
      "2",
      "-subj",
      "/CN=localhost",
      "-addext",
      "subjectAltName=DNS:localhost,IP:127.0.0.1",
    ],
    { stdio: "ignore" },
  );
  const script = fileURLToPath(import.meta.resolve("./peer.ts"));
  const peerFolder = join(folder, `peer-${version}`);
  execFileSync("mkdir", ["-p", peerFolder]);
  const child = spawn(process.execPath, [script, peerFolder, key, cert, version], { stdio: ["ignore", "pipe", "inherit"] });
  const port = Number(/ready (\d+)/.exec(await printed(child, /ready \d+/))?.[1]);
  const target = { port, ca: readFileSync(cert, "utf8") };
  const ids: string[][] = JSON.parse(await getText(target, "/ids"));
  const as = (n: number) => ({ authorization: `Bearer token-${n % USERS}` });
  return {
    pid: child.pid ?? 0,
    target,
    headers: {},
    startMs: 0,
    idleMiB: 0,
    calls: {
      read: (n) => ({ method: "GET", path: `/notes/${ids[n % USERS]?.[n % 97]}`, headers: as(n) }),
      list: (n) => ({ method: "GET", path: "/notes?rank=100", headers: as(n) }),
      insert: (n) => ({
        method: "POST",
        path: "/notes",
        headers: { ...as(n), "content-type": "application/json" },
        body: JSON.stringify({ title: `New ${n}`, body: "A body of some length. ".repeat(8), rank: -1 }),
      }),
    },
    stop: () => end(child),
  };
}

/** User and system time of a process so far, from /proc. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export function residentMiB(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024);
}

async function printed(child: ChildProcess, wanted: RegExp): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout ?? []) {
    text += chunk;
    if (wanted.test(text)) {
      child.stdout?.resume();
      return text;
    }
  }
  throw new Error(`The server ended before it was ready:\n${text}`);
}

async function end(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  if (child.exitCode === null) await once(child, "exit");
}
