import type { Phase } from "../rule/index.ts";
import { excerpt } from "../text/index.ts";
import { BudgetSpent } from "./budget.ts";
import type { Verdict } from "./contract.ts";
import type { AllowScope, Outcome } from "./outcome.ts";
import type { Program } from "./program.ts";
import { runPhase } from "./run-phase.ts";
import type { State } from "./state.ts";

/** What was decided about a request so far, and what runs its phases. */
export interface Course {
  run(phase: Phase): void;
  /** Notes a refusal. It takes effect where the engine is on, and not in detection-only mode. */
  refuse(verdict: Verdict): void;
  /** Does the work unless the request is refused already; a firewall that stumbles says no. */
  guarded(work: () => void): Verdict;
  /** Phase 5, which decides nothing any more. */
  close(): void;
  wouldRefuse(): Verdict | undefined;
}

const ALLOW: Verdict = Object.freeze({ act: "allow" });
const REFUSED_STATUS = 403;
const FAILED_STATUS = 500;

/** The phases an `allow` jumps over. */
const ALLOWED_PHASES: { readonly [scope in AllowScope]: readonly Phase[] } = { phase: [], request: [1, 2], all: [1, 2, 3, 4] };

/** Nothing is decided yet. */
export function createCourse(program: Program, state: State): Course {
  let refusal: Verdict | undefined;
  let wouldRefuse: Verdict | undefined;
  let allowed: readonly Phase[] = [];

  function refuse(verdict: Verdict): "go-on" | "stop" {
    wouldRefuse ??= verdict;
    state.trace?.({ kind: "refuse", verdict });
    if (state.controls.engine !== "on") return "go-on";
    refusal ??= verdict;
    return "stop";
  }

  function conclude(outcome: Outcome): "go-on" | "stop" {
    if (outcome.kind === "go-on") return "go-on";
    if (outcome.kind === "refuse") return refuse(outcome.verdict);
    if (state.controls.engine !== "on") return "go-on";
    allowed = ALLOWED_PHASES[outcome.scope];
    return "stop";
  }

  return {
    refuse,
    run(phase) {
      if (refusal === undefined && !allowed.includes(phase))
        runPhase(program.phases[phase], state, phase === 1 ? state.start : 0, conclude);
    },
    guarded(work) {
      if (refusal !== undefined) return refusal;
      if (state.controls.engine === "off") return ALLOW;
      try {
        work();
      } catch (error) {
        refuse(failureOf(error, state));
      }
      return refusal ?? ALLOW;
    },
    close() {
      if (state.controls.engine === "off") return;
      try {
        if (refusal?.act === "refuse") {
          state.refusedStatus = refusal.status;
          state.forget("response");
        }
        runPhase(program.phases[5], state, 0, () => "go-on");
      } catch (error) {
        wouldRefuse ??= failureOf(error, state);
      }
    },
    wouldRefuse: () => wouldRefuse,
  };
}

/** Names the rule that was at work. */
function failureOf(error: unknown, { rule }: State): Verdict {
  const ruleId = rule?.id ?? 0;
  if (error instanceof BudgetSpent) return { act: "refuse", status: REFUSED_STATUS, ruleId, reason: error.message };
  const reason = `The firewall could not decide: ${excerpt(error instanceof Error ? error.message : String(error))}`;
  return { act: "refuse", status: FAILED_STATUS, ruleId, reason };
}
