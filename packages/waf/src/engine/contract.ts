import type { BodyFacts } from "../body/contract.ts";
import type { RequestHead, ResponseHead } from "../http/contract.ts";
import type { RuleSet } from "../rule/index.ts";

/** What a matched rule leaves for logs and explanations. `excerpt` is printable ASCII and at most 200 characters. */
export interface Match {
  readonly ruleId: number;
  readonly phase: number;
  readonly variable: string;
  readonly excerpt: string;
  readonly message: string;
  readonly data: string;
  readonly severity: number | undefined;
  readonly tags: readonly string[];
  /** Was `nolog` written? Such matches are control flow. */
  readonly isQuiet: boolean;
}

export type Verdict =
  | { readonly act: "allow" }
  | { readonly act: "refuse"; readonly status: number; readonly ruleId: number; readonly reason: string; readonly location?: string; readonly drop?: boolean }; // biome-ignore format: one line

/** One request on its way through the phases. In detection-only mode every verdict is `allow`; `wouldRefuse` tells what it had been. */
export interface Transaction {
  readonly id: string;
  /** Phase 1. */
  head(): Verdict;
  /** Bytes of the body as they come; refuses as soon as a limit is passed. */
  feed(chunk: Uint8Array): Verdict;
  /** The body has ended: reads it and runs phase 2. */
  body(): Verdict;
  /** Phase 3. */
  response(head: ResponseHead): Verdict;
  feedResponse(chunk: Uint8Array): Verdict;
  /** Phase 4. */
  responseBody(): Verdict;
  /** Phase 5. Called once, whatever came before; gives the collections back. */
  close(): void;
  readonly matches: readonly Match[];
  readonly wouldRefuse: Verdict | undefined;
  readonly bodyFacts: BodyFacts | undefined;
  /** The inbound anomaly score, where the rules keep one. */
  readonly score: number;
}

export interface Waf {
  open(head: RequestHead): Transaction;
}

export interface WafNeeds {
  readonly rules: RuleSet;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A name for a transaction, unique for a long time. */
  readonly newId: () => string;
  /** Rules above it are not loaded (1 … 4); undefined leaves all of it to the rules. */
  readonly paranoia?: 1 | 2 | 3 | 4;
  readonly stepsMax?: number;
}
