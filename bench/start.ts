// How long a start takes until the server listens: the first one, which makes keys and certificates, and those after it.
// Usage: node bench/start.ts [RUNS]. Wall time depends on what else the machine does; CPU time hardly.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpuSeconds, residentMiB } from "./servers.ts";

const MAIN = fileURLToPath(import.meta.resolve("../packages/server/src/main.ts"));
const CONFIG = fileURLToPath(import.meta.resolve("./holdfast.config.ts"));
const COMPILE_CACHE = fileURLToPath(import.meta.resolve("../node_modules/.cache/compiled"));
const FLAGS = ["--disallow-code-generation-from-strings", "--disable-proto=delete"];
const RUNS = Number(process.argv[2] ?? 11);
const SETTLE_MS = 3_000;
const TARGET = { startMs: 300, idleMiB: 150 };

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

const folder = await mkdtemp(join(tmpdir(), "holdfast-start-"));
try {
  const first = await start("data");
  const warm: Start[] = [];
  for (let run = 0; run < RUNS; run += 1) warm.push(await start("data"));
  const firsts = [first];
  for (let run = 1; run < Math.min(RUNS, 5); run += 1) firsts.push(await start(`data-${run}`));
  const wallMs = median(warm.map((run) => run.wallMs));
  console.log(`bare Node with nothing to do: ${await bareMs()} ms`);
  console.log(`first start:  ${median(firsts.map((run) => run.wallMs))} ms, CPU ${median(firsts.map((run) => run.cpuMs))} ms`);
  console.log(
    `later starts: ${wallMs} ms (${Math.min(...warm.map((run) => run.wallMs))}–${Math.max(...warm.map((run) => run.wallMs))}), CPU ${median(warm.map((run) => run.cpuMs))} ms; target ≤ ${TARGET.startMs} ms`,
  );
  console.log(`idle memory:  ${await idleMiB()} MiB; target ≤ ${TARGET.idleMiB} MiB`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function start(name: string): Promise<Start> {
  const begun = performance.now();
  const child = await ready(name);
  const wallMs = Math.round(performance.now() - begun);
  const cpuMs = Math.round(cpuSeconds(child.pid ?? 0) * 1_000);
  await end(child);
  return { wallMs, cpuMs };
}

async function idleMiB(): Promise<number> {
  const child = await ready("data");
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const memory = residentMiB(child.pid ?? 0);
  await end(child);
  return memory;
}

async function ready(name: string): Promise<ChildProcess> {
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    HOLDFAST_CONFIG: CONFIG,
    HOLDFAST_DATA: join(folder, name),
    HOLDFAST_PORT: "0",
    HOLDFAST_KEY: `file:${join(folder, `${name}.key`)}`,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
  };
  const child = spawn(process.execPath, [...FLAGS, MAIN, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  for await (const chunk of child.stdout) {
    text += chunk;
    if (!/^ready$/m.test(text)) continue;
    return child;
  }
  throw new Error(`The server ended before it was ready:\n${text}`);
}

async function bareMs(): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const begun = performance.now();
    await once(spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }), "exit");
    times.push(Math.round(performance.now() - begun));
  }
  return median(times);
}

async function end(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  if (child.exitCode === null) await once(child, "exit");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
