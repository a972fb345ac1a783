import { setTimeout as wait } from "node:timers/promises";
import type { Facts, Firewall, Outcome, Verdict } from "../firewall/contract.ts";
import { Fault, faultFrom } from "../kit/index.ts";
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
  learn(outcome: Outcome): void;
}

interface JudgeNeeds {
  readonly firewall: Firewall;
  readonly limits: Pick<EdgeLimits, "delayedMax" | "delayMsMax">;
  readonly log: Log;
  readonly refused: (verdict: Verdict & { readonly act: "refuse" | "delay" | "challenge" }, facts: Facts) => void;
}

const BUSY_RETRY_MS = 1_000;

export function createJudge({ firewall, limits, log, refused }: JudgeNeeds): Judge {
  let delayed = 0;

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

  function delayFor(facts: Facts): number {
    const verdict = ask(facts);
    if (verdict.act === "allow") return 0;
    if (verdict.act === "delay") return verdict.afterMs ?? 0;
    refused(verdict, facts);
    throw faultOf(verdict);
  }

  return {
    admits(facts) {
      const verdict = ask(facts);
      if (verdict.act === "allow") return true;
      refused(verdict, facts);
      return false;
    },
    pass(facts) {
      const delayMs = delayFor(facts);
      return delayMs > 0 ? hold(delayMs) : undefined;
    },
    delayFor,
    hold,
    learn(outcome) {
      try {
        firewall.learn(outcome);
      } catch (error) {
        log({ what: "The firewall failed while learning.", cause: faultFrom(error) });
      }
    },
  };
}

/** A verdict that says when to come again is a limit; one that does not is a closed door. */
function faultOf(verdict: Exclude<Verdict, { readonly act: "allow" }>): Fault {
  if (verdict.act === "refuse" && verdict.afterMs !== undefined) {
    return new Fault("firewall.limited", "Too many requests. Slow down.", { detail: { retryAfterMs: verdict.afterMs } });
  }
  return new Fault("firewall.refused", "This request was refused.");
}
