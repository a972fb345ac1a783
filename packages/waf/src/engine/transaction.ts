import type { Phase } from "../rule/index.ts";
import { excerpt } from "../text/index.ts";
import { createIntake, type Intake } from "./body-intake.ts";
import { BudgetSpent } from "./budget.ts";
import type { Transaction, Verdict } from "./contract.ts";
import type { AllowScope, Outcome } from "./outcome.ts";
import type { Program } from "./program.ts";
import { matchOf } from "./record.ts";
import { createResponseWindow, type ResponseWindow } from "./response-window.ts";
import { runPhase } from "./run-phase.ts";
import { scoreOf } from "./score.ts";
import type { State } from "./state.ts";
import type { Since } from "./variables/index.ts";

const ALLOW: Verdict = Object.freeze({ act: "allow" });
/** RFC 9110 section 15.5.14. */
const TOO_LARGE_STATUS = 413;
const REFUSED_STATUS = 403;
const FAILED_STATUS = 500;
/** A 5xx: the answer of the application was not fit to be passed on. */
const BAD_ANSWER_STATUS = 502;

/** The phases an `allow` jumps over. */
const ALLOWED_PHASES: { readonly [scope in AllowScope]: readonly Phase[] } = { phase: [], request: [1, 2], all: [1, 2, 3, 4] };

/** Takes one request through the phases. Whatever goes wrong inside refuses it. */
export function createTransaction(program: Program, state: State): Transaction {
  const intake: Intake = createIntake(state);
  const window: ResponseWindow = createResponseWindow(state);
  const candidates = new Uint32Array(program.words);
  let refusal: Verdict | undefined;
  let wouldRefuse: Verdict | undefined;
  let allowed: readonly Phase[] = [];
  let isClosed = false;

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

  /** Fail closed: a firewall that stumbles says no. */
  function guarded(work: () => void): Verdict {
    if (refusal !== undefined) return refusal;
    if (state.controls.engine === "off") return ALLOW;
    try {
      work();
    } catch (error) {
      refuse({ act: "refuse", ...failureOf(error), ruleId: state.rule?.id ?? 0 });
    }
    return refusal ?? ALLOW;
  }

  function run(phase: Phase): void {
    if (!allowed.includes(phase)) runPhase(program.phases[phase], state, candidates, conclude);
  }

  function forget(since: Since): void {
    state.forget(since);
    for (const { number, variable } of program.classes) if (variable.since === since) state.classes[number] = undefined;
  }

  return {
    id: state.id,
    head: () => guarded(() => run(1)),
    feed: (chunk) =>
      guarded(() => {
        if (intake.feed(chunk) === "too-large")
          refuse({ act: "refuse", status: TOO_LARGE_STATUS, ruleId: 0, reason: "The body is larger than allowed." });
      }),
    body: () =>
      guarded(() => {
        intake.end();
        forget("body");
        run(2);
      }),
    response: (head) =>
      guarded(() => {
        state.response = head;
        forget("response");
        run(3);
        window.open();
      }),
    feedResponse: (chunk) =>
      guarded(() => {
        if (window.feed(chunk) === "too-large")
          refuse({ act: "refuse", status: BAD_ANSWER_STATUS, ruleId: 0, reason: "The answer is larger than allowed." });
      }),
    responseBody: () =>
      guarded(() => {
        window.end();
        forget("response-body");
        run(4);
      }),
    close() {
      if (isClosed) return;
      isClosed = true;
      closeQuietly();
    },
    get matches() {
      return state.notes.map(matchOf);
    },
    get wouldRefuse() {
      return wouldRefuse;
    },
    get bodyFacts() {
      return state.bodyFacts;
    },
    get score() {
      return scoreOf(state);
    },
    get watchesResponseBody() {
      return window.isOpen;
    },
    get steps() {
      return state.budget.spent;
    },
  };

  /** Phase 5 decides nothing any more. */
  function closeQuietly(): void {
    if (state.controls.engine === "off") return;
    try {
      runPhase(program.phases[5], state, candidates, () => "go-on");
    } catch (error) {
      wouldRefuse ??= { act: "refuse", ...failureOf(error), ruleId: state.rule?.id ?? 0 };
    }
  }
}

function failureOf(error: unknown): { readonly status: number; readonly reason: string } {
  if (error instanceof BudgetSpent) return { status: REFUSED_STATUS, reason: error.message };
  return {
    status: FAILED_STATUS,
    reason: `The firewall could not decide: ${excerpt(error instanceof Error ? error.message : String(error))}`,
  };
}
