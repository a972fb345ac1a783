/**
 * The read path, side by side: Holdfast with all protections on against a bare Fastify + better-sqlite3 over TLS in the same run.
 *   node scripts/run.mjs bench/read-path.ts [seconds]
 * Rounds alternate between the two servers; medians are printed, and the ratio is what counts.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadReport, load } from "./load.ts";
import { cpuSeconds, type Server, startHoldfast, startPeer } from "./servers.ts";
import { storm } from "./storm.ts";

const SECONDS = Number(process.argv[2] ?? 3);
const ROUNDS = 3;
const CLIENTS = 64;
const LIMITED_SHARE_MAX = 0.01;

const folder = await mkdtemp(join(tmpdir(), "bench-"));
try {
  const holdfast = await startHoldfast(folder);
  console.log(
    `limit profile: bench (every rate out of the way) · ${CLIENTS} clients · ${ROUNDS} rounds of ${SECONDS} s · synchronous=FULL on both`,
  );
  console.log(`start: listening after ${holdfast.startMs} ms, idle memory ${holdfast.idleMiB} MiB`);
  for (const version of ["h1", "h2"] as const) {
    const peer = await startPeer(folder, version);
    for (const name of ["read", "list", "insert"] as const) await compare(name, version, holdfast, peer);
    await peer.stop();
  }
  await storm(holdfast, SECONDS, ROUNDS);
  await holdfast.stop();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function compare(name: "read" | "list" | "insert", version: "h1" | "h2", ours: Server, floor: Server): Promise<void> {
  const rates: [number[], number[]] = [[], []];
  const costs: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, server] of [ours, floor].entries()) {
      const before = cpuSeconds(server.pid);
      const report = await load({ ...server.target, version }, CLIENTS, SECONDS, server.calls[name]);
      refuseLimited(report);
      rates[index]?.push(report.perSecond);
      costs[index]?.push(((cpuSeconds(server.pid) - before) / report.requests) * 1e6);
    }
  }
  const [mine, theirs] = rates.map(median) as [number, number];
  const [myCost, theirCost] = costs.map(median) as [number, number];
  console.log(
    `${name.padEnd(6)} ${version}  holdfast ${String(mine).padStart(6)}/s (${myCost.toFixed(0)} µs CPU)  fastify ${String(theirs).padStart(6)}/s (${theirCost.toFixed(0)} µs CPU)  ratio ${(mine / theirs).toFixed(2)}`,
  );
}

function refuseLimited({ statuses, requests }: LoadReport): void {
  const limited = (statuses["429"] ?? 0) / requests;
  if (limited > LIMITED_SHARE_MAX) throw new Error(`${(limited * 100).toFixed(1)} % of the answers were 429: the profile is wrong.`);
  const failed = Object.entries(statuses).filter(([status]) => !/^2/.test(status));
  if (failed.length > 0) throw new Error(`Not all answers were good: ${JSON.stringify(statuses)}`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
