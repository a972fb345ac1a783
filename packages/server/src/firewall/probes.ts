import type { Rate } from "../model/plan.ts";
import type { Outcome, Verdict } from "./contract.ts";
import type { KeyHash } from "./half-siphash.ts";
import { createRateTable } from "./rate-table.ts";
import { longerWait, type Refusal } from "./rates.ts";

/** Notices who searches for holes, by guessed tokens, paths that lead nowhere, and what is no request or an attack, and who comes again to flood. */
export interface Probes {
  judge(stage: ProbeStage, sender: KeyHash, now: number): Verdict | undefined;
  learn(outcome: Outcome, sender: KeyHash, now: number): void;
}

type ProbeStage = "address" | "head";

interface ProbeRow {
  readonly name: string;
  readonly stage: ProbeStage;
  readonly rate: Rate;
  readonly when: (outcome: Outcome) => boolean;
}

const CLIENT_ERRORS_FROM = 400;
const LEADS_NOWHERE: ReadonlySet<number> = new Set([404, 405]);
/** Whoever was refused so was counted by what refused. */
const COUNTED_ELSEWHERE: ReadonlySet<number> = new Set([403, 429]);

export const PROBES: readonly ProbeRow[] = [
  { name: "badTokensPerAddress", stage: "head", rate: { perMinute: 120, burst: 300 }, when: ({ kind }) => kind === "badToken" },
  {
    name: "unknownRoutesPerAddress",
    stage: "head",
    rate: { perMinute: 120, burst: 300 },
    when: (outcome) => outcome.kind === "answered" && outcome.route === undefined && LEADS_NOWHERE.has(outcome.status),
  },
  {
    name: "malformedPerAddress",
    stage: "head",
    rate: { perMinute: 120, burst: 300 },
    when: (outcome) => outcome.kind === "answered" && outcome.route === undefined && isMalformed(outcome.status),
  },
  { name: "blockedPerAddress", stage: "head", rate: { perMinute: 120, burst: 300 }, when: ({ kind }) => kind === "blocked" },
  // Each connection that is ended has cost a handshake and what came before its end. An address that many share loses new ones only.
  { name: "floodsPerAddress", stage: "address", rate: { perMinute: 6, burst: 3 }, when: ({ kind }) => kind === "flooded" },
];

function isMalformed(status: number): boolean {
  return status >= CLIENT_ERRORS_FROM && !LEADS_NOWHERE.has(status) && !COUNTED_ELSEWHERE.has(status);
}

export function createProbes(): Probes {
  const rows = PROBES.map((row) => ({ ...row, table: createRateTable(row.rate) }));
  return {
    judge(stage, sender, now) {
      let refusal: Refusal | undefined;
      for (const row of rows) if (row.stage === stage) refusal = longerWait(refusal, row.name, row.table.waitMs(sender, now), row.rate);
      return refusal;
    },
    learn(outcome, sender, now) {
      for (const { table, when } of rows) {
        if (when(outcome) && table.waitMs(sender, now) === 0) table.take(sender, now);
      }
    },
  };
}
