import type { State } from "./state.ts";

/** Where rule sets keep the inbound score: the Core Rule Set 4 while it blocks and at its levels, 3 in one variable, our own rules in theirs. */
const SCORES: readonly string[] = ["blocking_inbound_anomaly_score", "inbound_anomaly_score", "anomaly_score", "builtin_score"];
const LEVEL_SCORES: readonly string[] = [1, 2, 3, 4].map((level) => `inbound_anomaly_score_pl${level}`);

/** The inbound anomaly score so far; 0 where the rules keep none. */
export function scoreOf({ tx }: State): number {
  const read = (name: string): number => Number.parseInt(tx.getNamed(name) ?? "", 10) || 0;
  return Math.max(
    LEVEL_SCORES.reduce((sum, name) => sum + read(name), 0),
    ...SCORES.map(read),
  );
}
