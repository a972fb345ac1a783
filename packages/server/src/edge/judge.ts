import { setTimeout as wait } from "node:timers/promises";
import type { Facts, Firewall, Outcome, Verdict } from "../firewall/contract.ts";
import { Fault, faultFrom, isFault } from "../kit/index.ts";
import type { EdgeLimits } from "./limits.ts";

export type Log = (line: { readonly what: string; readonly request?: string; readonly cause?: unknown }) => void;

/** Asks the firewall and acts on what it says. */
export interface Judge {
  /** Whether a connection or a stream may live; for stages at which nobody can be answered. */
  admits(facts: Facts): boolean;
  /** `undefined` to go on, a promise to wait for. Throws `firewall.limited`, `firewall.refused`, or `server.busy` when too many wait. */
  pass(facts: Facts): Promise<void> | undefined;
  /** As `pass`, but a delay is given back in ms, so that the caller can first let go of what it holds. */
  delayFor(facts: Facts): number;
  /** Waits for a delay that `delayFor` gave. */
  hold(delayMs: number): Promise<void>;
  /** Throws the fault, after a moment: see REFUSAL_MS. */
  late(fault: Fault): Promise<never>;
  learn(outcome: Outcome): void;
}

interface JudgeNeeds {
  readonly firewall: Firewall;
  readonly limits: Pick<EdgeLimits, "delayedMax" | "delayMsMax">;
  readonly log: Log;
  readonly refused: (verdict: Verdict & { readonly act: "refuse" | "delay" | "challenge" }, facts: Facts) => void;
}

const BUSY_RETRY_MS = 1_000;
/** Who is told no at once asks again at once, and saying no costs too. Said late, a connection hears it less than once a second. */
const REFUSAL_MS = 1_000;
/** And not all at one moment: those who asked together would ask again together, and everybody else would stand behind them. */
const REFUSAL_SPREAD_MS = 1_000;
/** The golden ratio's part behind the point: its multiples never lie close together, however many there are. */
const SPREAD_STEP = 0.618_034;

export function createJudge({ firewall, limits, log, refused }: JudgeNeeds): Judge {
  let delayed = 0;
  // Counted apart: those who are refused must not take the places of those who are only slowed down.
  let refusedLate = 0;
  let spread = 0;

  // Fail closed: a firewall that throws has said no.
  function ask(facts: Facts): Verdict {
    try {
      return firewall.judge(facts);
    } catch (error) {
      log({ what: "The firewall failed while judging; the request was refused.", cause: faultFrom(error) });
      return { act: "refuse", rule: "firewall.failed" };
    }
  }

  async function hold(delayMs: number): Promise<void> {
    if (delayed >= limits.delayedMax) {
      throw new Fault("server.busy", "Too many requests are waiting.", { detail: { retryAfterMs: BUSY_RETRY_MS } });
    }
    delayed += 1;
    try {
      await wait(Math.min(delayMs, limits.delayMsMax));
    } finally {
      delayed -= 1;
    }
  }

  async function late(fault: Fault): Promise<never> {
    if (refusedLate < limits.delayedMax) {
      refusedLate += 1;
      spread = (spread + SPREAD_STEP) % 1;
      await wait(REFUSAL_MS + Math.round(spread * REFUSAL_SPREAD_MS)).finally(() => {
        refusedLate -= 1;
      });
    }
    throw fault;
  }

  function delayFor(facts: Facts): number {
    const verdict = ask(facts);
    if (verdict.act === "allow") return 0;
    if (verdict.act === "delay") return verdict.afterMs ?? 0;
    refused(verdict, facts);
    throw faultOf(verdict);
  }

  function pass(facts: Facts): Promise<void> | undefined {
    try {
      const delayMs = delayFor(facts);
      return delayMs > 0 ? hold(delayMs) : undefined;
    } catch (error) {
      if (isFault(error, "firewall.limited") && isGuessing(facts)) return late(error);
      throw error;
    }
  }

  return {
    admits(facts) {
      const verdict = ask(facts);
      if (verdict.act === "allow") return true;
      refused(verdict, facts);
      return false;
    },
    pass,
    delayFor,
    hold,
    late,
    learn(outcome) {
      try {
        firewall.learn(outcome);
      } catch (error) {
        log({ what: "The firewall failed while learning.", cause: faultFrom(error) });
      }
    },
  };
}

/** Where each refusal is one guess less, and no page waits for many of them. */
function isGuessing(facts: Facts): boolean {
  return facts.stage === "identifier" || (facts.stage === "head" && facts.limit !== undefined);
}

/** A verdict that says when to come again is a limit; one that does not is a closed door. */
function faultOf(verdict: Exclude<Verdict, { readonly act: "allow" }>): Fault {
  const { act, rule, afterMs, burst } = verdict;
  if (act === "refuse" && afterMs !== undefined) {
    return new Fault("firewall.limited", "Too many requests. Slow down.", { detail: { retryAfterMs: afterMs, limit: rule, burst } });
  }
  return new Fault("firewall.refused", "This request was refused.");
}
