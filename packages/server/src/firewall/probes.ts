import type { Rate } from "../model/plan.ts";
import type { Outcome, Verdict } from "./contract.ts";
import type { KeyHash } from "./half-siphash.ts";
import { createRateTable } from "./rate-table.ts";
import { longerWait, type Refusal } from "./rates.ts";

/** Notices who searches for holes: guessed tokens, and paths that lead nowhere. */
export interface Probes {
  judge(sender: KeyHash, now: number): Verdict | undefined;
  learn(outcome: Outcome, sender: KeyHash, now: number): void;
}

interface ProbeRow {
  readonly name: string;
  readonly rate: Rate;
  readonly when: (outcome: Outcome) => boolean;
}

const CLIENT_ERRORS_FROM = 400;

export const PROBES: readonly ProbeRow[] = [
  { name: "badTokensPerAddress", rate: { perMinute: 120, burst: 300 }, when: ({ kind }) => kind === "badToken" },
  {
    name: "unknownRoutesPerAddress",
    rate: { perMinute: 120, burst: 300 },
    when: (outcome) => outcome.kind === "answered" && outcome.route === undefined && outcome.status >= CLIENT_ERRORS_FROM,
  },
];

export function createProbes(): Probes {
  const rows = PROBES.map((row) => ({ ...row, table: createRateTable(row.rate) }));
  return {
    judge(sender, now) {
      let refusal: Refusal | undefined;
      for (const { name, table } of rows) refusal = longerWait(refusal, name, table.waitMs(sender, now));
      return refusal;
    },
    learn(outcome, sender, now) {
      for (const { table, when } of rows) {
        if (when(outcome) && table.waitMs(sender, now) === 0) table.take(sender, now);
      }
    },
  };
}
