/**
 * Signed-in reads while 64 connections guess passwords, against the same reads in quiet; in alternating rounds, medians printed.
 *   node scripts/run.mjs bench/storm.ts [seconds] [rounds]
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Call, type LoadReport, load, type Target } from "./load.ts";
import { type Server, startHoldfast } from "./servers.ts";

const READERS = 4;
const STORM_CLIENTS = 64;
const TICKS_PER_SECOND = 100;
const CONNECTING_SECONDS = 1;
const RATIO_MAX = 2;

/** All of them from one address, whose guesses are soon refused, and each from its own, which keeps the hashing busy. */
const STORMS: readonly { readonly name: string; readonly from: (n: number) => string }[] = [
  { name: "one address", from: () => "127.0.0.1" },
  { name: `${STORM_CLIENTS} addresses`, from: (n) => `127.0.1.${n + 1}` },
];

export async function storm(server: Server, seconds: number, rounds: number): Promise<void> {
  for (const { name, from } of STORMS) await stormFrom(server, seconds, rounds, name, from);
}

async function stormFrom(server: Server, seconds: number, rounds: number, name: string, from: (n: number) => string): Promise<void> {
  const target: Target = { ...server.target, version: "h1" };
  const read = (): Promise<LoadReport> => load(target, READERS, seconds, server.calls.read);
  await read();
  const quiet: LoadReport[] = [];
  const stormed: LoadReport[] = [];
  const threads: Map<string, number>[] = [];
  let wrong: Readonly<Record<string, number>> = {};
  for (let round = 0; round < rounds; round++) {
    quiet.push(await read());
    const guessing = load({ ...target, from }, STORM_CLIENTS, seconds + CONNECTING_SECONDS, wrongPassword(server));
    // Handshakes are told by bench/flood.ts: here the connections are there, and guess.
    await setTimeout(CONNECTING_SECONDS * 1_000);
    const before = await threadTicks(server.pid);
    const reads = await read();
    threads.push(await sharesSince(server.pid, before, reads.seconds));
    stormed.push(reads);
    wrong = (await guessing).statuses;
  }
  const ratio = median(stormed.map(({ p99Ms }, at) => p99Ms / (quiet[at]?.p99Ms ?? 1)));
  console.log(`storm from ${name}`);
  console.log(`  quiet         ${words(quiet)}`);
  console.log(`  in the storm  ${words(stormed)} · wrong passwords ${JSON.stringify(wrong)}`);
  console.log(`  ratio of p99  ${ratio.toFixed(2)} (median of ${rounds} rounds); target ≤ ${RATIO_MAX}`);
  console.log(`  threads of the server in the last storm, % of a core: ${threadWords(threads.at(-1) ?? new Map())}`);
}

function wrongPassword({ headers }: Server): (n: number) => Call {
  return (n) => ({
    method: "POST",
    path: "/auth/v1/token?grant_type=password",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ email: `nobody-${n % 1000}@bench.example`, password: "a wrong password of some length" }),
  });
}

function words(reports: readonly LoadReport[]): string {
  const of = (pick: (report: LoadReport) => number): string => median(reports.map(pick)).toFixed(2);
  return `p50 ${of(({ p50Ms }) => p50Ms)} p99 ${of(({ p99Ms }) => p99Ms)} ms, ${of(({ perSecond }) => perSecond)} reads/s`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** User and system time of each thread, by its number and name. */
async function threadTicks(pid: number): Promise<Map<string, number>> {
  const ticks = new Map<string, number>();
  for (const id of await readdir(`/proc/${pid}/task`)) {
    const text = await readFile(`/proc/${pid}/task/${id}/stat`, "utf8").catch(() => "");
    const fields = text.split(") ")[1]?.split(" ") ?? [];
    const name = /\((.*)\)/.exec(text)?.[1] ?? "";
    ticks.set(`${Number(id) === pid ? "main" : name} ${id}`, Number(fields[11]) + Number(fields[12]));
  }
  return ticks;
}

async function sharesSince(pid: number, before: ReadonlyMap<string, number>, seconds: number): Promise<Map<string, number>> {
  const after = await threadTicks(pid);
  return new Map([...after].map(([name, ticks]) => [name, ((ticks - (before.get(name) ?? 0)) / TICKS_PER_SECOND / seconds) * 100]));
}

function threadWords(shares: ReadonlyMap<string, number>): string {
  const busy = [...shares].filter(([, share]) => share >= 1).toSorted((a, b) => b[1] - a[1]);
  return busy.map(([name, share]) => `${name.split(" ")[0]} ${share.toFixed(0)}`).join(", ");
}

if (import.meta.main) {
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    const server = await startHoldfast(folder);
    await storm(server, Number(process.argv[2] ?? 3), Number(process.argv[3] ?? 5));
    await server.stop();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
