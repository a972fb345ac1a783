import type { Settled, Witness } from "../../adapter/index.ts";
import type { Match } from "../../engine/contract.ts";
import type { Pair } from "../../http/index.ts";
import { excerpt } from "../../text/index.ts";

/** What is written about a request that was refused, or that a rule matched. */
export interface PassageRecord {
  /** ISO 8601. */
  readonly at: string;
  readonly id: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly method: string;
  /** Printable and cut. */
  readonly target: string;
  /** What the client was answered; 499 where it had gone before. */
  readonly status: number;
  readonly act: "refused" | "matched";
  /** The rule that refused; undefined where no rule did. */
  readonly ruleId: number | undefined;
  readonly reason: string | undefined;
  /** In detection-only mode: the status that it would have been. */
  readonly wouldRefuse: number | undefined;
  readonly score: number;
  readonly matches: readonly Match[];
}

export interface WitnessNeeds {
  /** Ids of the rules that matched stand in this header of every answer. */
  readonly idHeader: string | undefined;
  readonly record: (record: PassageRecord) => void;
  readonly now: () => number;
}

const NONE: readonly Pair[] = [];

/** Writes a record of each request that was refused or matched, and names the rules in the header that was asked for. */
export function createWitness({ idHeader, record, now }: WitnessNeeds): Witness {
  return (settled) => {
    if (settled.refusal !== undefined || settled.matches.length > 0) record(recordOf(settled, now()));
    // Rules with `nolog` steer the others; ModSecurity does not name them either.
    return idHeader === undefined ? NONE : [[idHeader, [...new Set(settled.matches.map(({ ruleId }) => ruleId))].join(",")]];
  };
}

function recordOf({ head, transaction, matches, status, refusal }: Settled, atMs: number): PassageRecord {
  const would = transaction.wouldRefuse;
  return {
    at: new Date(atMs).toISOString(),
    id: transaction.id,
    remoteAddress: head.remoteAddress,
    remotePort: head.remotePort,
    method: excerpt(head.method),
    target: excerpt(head.target),
    status,
    act: refusal === undefined ? "matched" : "refused",
    ruleId: refusal === undefined || refusal.ruleId === 0 ? undefined : refusal.ruleId,
    // The message of the match has its macros filled in.
    reason: matches.find((match) => match.ruleId === refusal?.ruleId)?.message ?? refusal?.reason,
    wouldRefuse: would?.act === "refuse" ? would.status : undefined,
    score: transaction.score,
    matches,
  };
}
