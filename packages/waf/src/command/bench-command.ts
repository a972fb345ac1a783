import { loadRuleFiles } from "../disk/index.ts";
import { createWaf, type Waf } from "../engine/index.ts";
import { parseRawRequest, type RawRequest } from "../http/index.ts";
import { numberOption } from "./arguments.ts";
import { BENCH_KINDS } from "./bench-requests.ts";
import type { Command } from "./contract.ts";
import { BUILTIN, JSON_OUT, PARANOIA, paranoiaOf, RULES, ruleSourceOf, SETUP } from "./options.ts";
import { table } from "./table.ts";

/** Different requests of one kind: more than any cache of one is worth, fewer than take long to make. */
const VARIANTS = 512;
const WARM_UP_REQUESTS = 3_000;
const ROUNDS = 5;
const ROUND_REQUESTS = 2_000;
const REQUESTS_MAX = 1_000_000;
const ENDS = { remoteAddress: "192.0.2.7", remotePort: 40_000, serverAddress: "192.0.2.1", serverPort: 80 };

interface Cost {
  readonly kind: string;
  /** Median of the rounds: processor time of the whole process, collection of garbage and compilation included. */
  readonly cpuUs: number;
  readonly fastestUs: number;
  readonly slowestUs: number;
  readonly steps: number;
  readonly refused: number;
}

export const benchCommand: Command = {
  name: "bench",
  summary: "Measure what four ordinary requests cost: the whole engine, all phases of the request.",
  options: [RULES, SETUP, PARANOIA, BUILTIN, { name: "requests", value: "N", summary: `requests in each of ${ROUNDS} rounds (default ${ROUND_REQUESTS})` }, JSON_OUT], // biome-ignore format: one line
  run: async (given, console) => {
    const paranoia = paranoiaOf(given);
    const rules = loadRuleFiles(ruleSourceOf(given));
    let ids = 0;
    const waf = createWaf({ rules, now: Date.now, newId: () => String(ids++), ...(paranoia === undefined ? {} : { paranoia }) });
    const requests = numberOption(given, "requests", { from: 1, to: REQUESTS_MAX }) ?? ROUND_REQUESTS;
    const costs = BENCH_KINDS.map((kind) => measure(waf, kind, requests));
    if (given.has("json")) console.print(JSON.stringify({ costs }, undefined, 2));
    else console.print(table([["request", "CPU µs", "fastest", "slowest", "steps", "refused"], ...costs.map((cost) => [cost.kind, cost.cpuUs, cost.fastestUs, cost.slowestUs, cost.steps, cost.refused])])); // biome-ignore format: one line
    return 0;
  },
};

function measure(waf: Waf, kind: (typeof BENCH_KINDS)[number], requests: number): Cost {
  const variants = Array.from({ length: VARIANTS }, (_, number) => parseRawRequest(Buffer.from(kind.request(number), "latin1"), ENDS));
  let refused = 0;
  let steps = 0;
  const run = (count: number): void => {
    for (let at = 0; at < count; at++) {
      const variant = variants[at % VARIANTS];
      if (variant === undefined) return;
      const judged = judge(waf, variant);
      if (judged.isRefused) refused++;
      steps = judged.steps;
    }
  };
  run(Math.max(WARM_UP_REQUESTS, requests));
  refused = 0;
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    run(requests);
    const { user, system } = process.cpuUsage(before);
    return Math.round(((user + system) / requests) * 10) / 10;
  }).toSorted((a, b) => a - b);
  return { kind: kind.name, cpuUs: rounds[ROUNDS >> 1] ?? 0, fastestUs: rounds[0] ?? 0, slowestUs: rounds[ROUNDS - 1] ?? 0, steps, refused }; // biome-ignore format: one line
}

function judge(waf: Waf, { head, body }: RawRequest): { readonly isRefused: boolean; readonly steps: number } {
  const transaction = waf.open(head);
  let verdict = transaction.head();
  if (verdict.act === "allow" && body.length > 0) verdict = transaction.feed(body);
  if (verdict.act === "allow") verdict = transaction.body();
  transaction.close();
  return { isRefused: verdict.act === "refuse", steps: transaction.steps };
}
