import type { Match, TraceEvent, Verdict, Waf } from "../engine/index.ts";
import type { RequestHead } from "../http/index.ts";
import { excerpt } from "../text/index.ts";

/** More than anyone reads; what comes after is counted only. */
const LOOKS_MAX = 2_000;
const VALUE_CHARACTERS = 500;

/** A request to be explained: its head, and its body with transfer codings taken off. */
export interface ExplainedRequest {
  readonly head: RequestHead;
  readonly body: Uint8Array;
}

/** A rule that matched a value. Texts are printable ASCII and cut. */
export interface ExplainedMatch {
  readonly ruleId: number;
  /** 0 for the head of a chain. */
  readonly link: number;
  readonly phase: number;
  readonly variable: string;
  readonly value: string;
  readonly transforms: readonly string[];
  /** What the operator saw. */
  readonly transformed: string;
  readonly message: string;
}

export interface ExplainedChange {
  readonly ruleId: number;
  readonly variable: string;
  /** Undefined: it was taken away. */
  readonly value: string | undefined;
}

export interface Explanation {
  readonly verdict: Verdict;
  /** In detection-only mode: what the verdict had been. */
  readonly wouldRefuse: Verdict | undefined;
  readonly score: number;
  readonly steps: number;
  /** Tests that held, in order; those of chains that broke later are among them. */
  readonly held: readonly ExplainedMatch[];
  /** The rules that matched as a whole. */
  readonly matches: readonly Match[];
  /** What rules wrote down: scores above all. */
  readonly changes: readonly ExplainedChange[];
  /** How often a rule looked at a value. */
  readonly looks: number;
}

/** Runs a request through phases 1, 2 and 5 with every step written down. Far slower than judging it: for people, not for traffic. */
export function explain(waf: Waf, request: ExplainedRequest): Explanation {
  const held: Omit<ExplainedMatch, "message">[] = [];
  const changes: ExplainedChange[] = [];
  let looks = 0;
  const trace = (event: TraceEvent): void => {
    if (event.kind === "test") looks++;
    if (event.kind === "test" && event.isMatch && held.length < LOOKS_MAX) held.push(readTest(event));
    if (event.kind === "set" && changes.length < LOOKS_MAX)
      changes.push({ ruleId: event.ruleId, variable: event.variable, value: event.value === undefined ? undefined : shown(event.value) });
  };
  const transaction = waf.open(request.head, { trace });
  let verdict = transaction.head();
  if (verdict.act === "allow" && request.body.length > 0) verdict = transaction.feed(request.body);
  if (verdict.act === "allow") verdict = transaction.body();
  transaction.close();
  const matches = [...transaction.matches];
  const messages = new Map(matches.map((match) => [match.ruleId, match.message]));
  return {
    verdict,
    wouldRefuse: transaction.wouldRefuse,
    score: transaction.score,
    steps: transaction.steps,
    held: held.map((match) => ({ ...match, message: messages.get(match.ruleId) ?? "" })),
    matches,
    changes,
    looks,
  };
}

function readTest(event: Extract<TraceEvent, { kind: "test" }>): Omit<ExplainedMatch, "message"> {
  const { ruleId, link, phase, variable, transforms } = event;
  return { ruleId, link, phase, variable, transforms, value: shown(event.value), transformed: shown(event.transformed) };
}

function shown(value: string): string {
  return excerpt(value, VALUE_CHARACTERS);
}
