/**
 * What a request costs behind the firewall, and behind nginx + libmodsecurity with the same rules, in one run on this machine:
 * processor time, which other load disturbs least. Needs Debian's nginx, libnginx-mod-http-modsecurity and modsecurity-crs; what is
 * missing is said. HOLDFAST_WAF_CRS names a clone of CRS 4; without it, Debian's 3.3.4 is used.
 *   node scripts/run.mjs bench/waf.ts [--rounds 3] [--seconds 2] [--paranoia 1]
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BENCH_KINDS } from "../packages/waf/src/command/bench-requests.ts";
import { missingForPeer, type Peer, startPeer } from "./waf-peer.ts";

const VARIANTS = 512;
const WARM_UP_REQUESTS = 100;
const COMMAND = join(import.meta.dirname, "../packages/waf/bin/holdfast-waf.mjs");
const DEBIAN = { rules: "/usr/share/modsecurity-crs/rules", setup: "/etc/modsecurity/crs/crs-setup.conf" };

const { values } = parseArgs({ options: { rounds: { type: "string", default: "3" }, seconds: { type: "string", default: "2" }, paranoia: { type: "string", default: "1" } } }); // biome-ignore format: one line
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const clone = process.env["HOLDFAST_WAF_CRS"];
const source = clone === undefined ? DEBIAN : { rules: join(clone, "rules"), setup: join(clone, "crs-setup.conf.example") };

interface Costs {
  readonly costs: readonly { readonly kind: string; readonly cpuUs: number; readonly fastestUs: number; readonly slowestUs: number; readonly refused: number }[]; // biome-ignore format: one line
}

const hasRules = existsSync(source.rules) && existsSync(source.setup);
if (!hasRules) console.log(`not run: ${source.rules} is not there (apt-get install modsecurity-crs, or HOLDFAST_WAF_CRS)`);
const ruleArguments = ["--rules", source.rules, "--setup", source.setup, "--paranoia", values.paranoia];
const crs = hasRules ? own(ruleArguments) : undefined;
const builtin = own(["--paranoia", values.paranoia]);
const peer = hasRules ? await measurePeer() : undefined;

console.log(`rules: ${hasRules ? source.rules : "none"}, paranoia ${values.paranoia}; CPU µs per request, median (fastest–slowest)`);
for (const [at, { name }] of BENCH_KINDS.entries()) {
  const ours = crs?.costs[at];
  const theirs = peer?.[at];
  const built = builtin.costs[at];
  const ratio =
    ours !== undefined && theirs !== undefined ? `  ${((theirs.guarded - theirs.open) / ours.cpuUs).toFixed(1)} times less` : "";
  const parts = [
    ours && `with CRS ${ours.cpuUs} (${ours.fastestUs}–${ours.slowestUs}), refused ${ours.refused}`,
    built && `built-in rules ${built.cpuUs} (${built.fastestUs}–${built.slowestUs}), refused ${built.refused}`,
    theirs && `nginx ${Math.round(theirs.guarded)}, without its firewall ${Math.round(theirs.open)}`,
  ];
  console.log(`${name}: ${parts.filter(Boolean).join("; ")}${ratio}`);
}
if (hasRules) console.log(check([source.rules, "--setup", source.setup, "--paranoia", values.paranoia]));

/** Our side in a process of its own: nothing else of this run is in its memory or its compiled code. */
function own(args: readonly string[]): Costs {
  const done = spawnSync(process.execPath, [COMMAND, "bench", "--json", ...args], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(done.stderr);
  const costs: Costs = JSON.parse(done.stdout);
  return costs;
}

function check(args: readonly string[]): string {
  const done = spawnSync(process.execPath, [COMMAND, "check", "--json", ...args], { encoding: "utf8" });
  const { loadMs, memoryBytes } = JSON.parse(done.stdout);
  return `rule set: loaded in ${Math.round(Number(loadMs))} ms, ${(Number(memoryBytes) / 1_048_576).toFixed(1)} MiB`;
}

async function measurePeer(): Promise<readonly { readonly guarded: number; readonly open: number }[] | undefined> {
  const missing = missingForPeer();
  if (missing.length > 0) {
    console.log(`not run: nginx with libmodsecurity (${missing.join(", ")} is not there)`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "waf-bench-"));
  const running = await startPeer(folder, { ...source, paranoia: Number(values.paranoia) });
  try {
    const results: { guarded: number; open: number }[] = [];
    for (const kind of BENCH_KINDS) {
      const requests = Array.from({ length: VARIANTS }, (_, number) => kind.request(number));
      results.push({
        guarded: await medianOf(() => round(running, running.guardedPort, requests)),
        open: await medianOf(() => round(running, running.openPort, requests)),
      });
    }
    return results;
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function medianOf(measure: () => Promise<number>): Promise<number> {
  const found: number[] = [];
  for (let at = 0; at < rounds; at++) found.push(await measure());
  return found.toSorted((a, b) => a - b)[rounds >> 1] ?? 0;
}

/** One connection, one request after the other: what is measured is the worker's time, not how fast the client is. */
async function round(running: Peer, port: number, requests: readonly string[]): Promise<number> {
  const socket = connect(port, "127.0.0.1");
  try {
    for (let at = 0; at < WARM_UP_REQUESTS; at++) await ask(socket, requests[at % VARIANTS] ?? "");
    const before = running.cpuUs();
    const until = performance.now() + seconds * 1_000;
    let count = 0;
    for (; performance.now() < until; count++) await ask(socket, requests[count % VARIANTS] ?? "");
    return (running.cpuUs() - before) / count;
  } finally {
    socket.destroy();
  }
}

function ask(socket: ReturnType<typeof connect>, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    const settle = (error?: Error): void => {
      socket.off("data", take).off("error", settle);
      if (error === undefined) resolve();
      else reject(error);
    };
    const take = (chunk: Buffer): void => {
      text += chunk.toString("latin1");
      const head = text.indexOf("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (head === -1 || text.length < head + 4 + length) return;
      settle(/^HTTP\/1\.1 200/.test(text) ? undefined : new Error(`An ordinary request was answered ${text.slice(0, 40)}`));
    };
    socket.on("data", take).on("error", settle);
    socket.write(request, "latin1");
  });
}
