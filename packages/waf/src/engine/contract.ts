import type { BodyFacts } from "../body/contract.ts";
import type { RequestHead, ResponseHead } from "../http/contract.ts";
import type { LookupSources } from "../operator/index.ts";
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

/** What happens inside, for explanations. Texts are byte strings and not made safe for logs. */
export type TraceEvent =
  /** A rule looked at a value. `link` is 0 for the head of a chain. */
  | { readonly kind: "test"; readonly ruleId: number; readonly link: number; readonly phase: number; readonly variable: string; readonly value: string; readonly transforms: readonly string[]; readonly transformed: string; readonly isMatch: boolean } // biome-ignore format: one line
  | { readonly kind: "match"; readonly match: Match }
  | { readonly kind: "set"; readonly ruleId: number; readonly variable: string; readonly value: string | undefined }
  | { readonly kind: "control"; readonly ruleId: number; readonly setting: string; readonly value: string }
  /** `ctl` had taken the rule away. */
  | { readonly kind: "removed"; readonly ruleId: number }
  | { readonly kind: "jump"; readonly ruleId: number; readonly to: string }
  | { readonly kind: "refuse"; readonly verdict: Verdict };

/** One request on its way through the phases. In detection-only mode every verdict is `allow`; `wouldRefuse` tells what it had been. */
export interface Transaction {
  readonly id: string;
  /** Phase 1. */
  head(): Verdict;
  /** Known after `head`: does anybody look at more of the body? Not where bodies are not read, or were cut. What nobody looks at need not be held. */
  readonly watchesBody?: boolean;
  /** Bytes of the body as they come; refuses as soon as a limit is passed. */
  feed(chunk: Uint8Array): Verdict;
  /** The body has ended: reads it and runs phase 2. */
  body(): Verdict;
  /** Phase 3. */
  response(head: ResponseHead): Verdict;
  /** Bytes of the answer; kept only where `watchesResponseBody`, and only as far as the window goes. */
  feedResponse(chunk: Uint8Array): Verdict;
  /** Phase 4. */
  responseBody(): Verdict;
  /** Phase 5. Called once, whatever came before; gives the collections back. */
  close(): void;
  readonly matches: readonly Match[];
  /** Those of `matches` that are not quiet. Made when asked, from no more than these: for an honest request that is nothing. */
  readonly logged: readonly Match[];
  readonly wouldRefuse: Verdict | undefined;
  readonly bodyFacts: BodyFacts | undefined;
  /** The inbound anomaly score, where the rules keep one. */
  readonly score: number;
  /** Known after `response`: does phase 4 look into the answer's body? Never for event streams and switched protocols. */
  readonly watchesResponseBody: boolean;
  /** Steps of the budget that are gone. */
  readonly steps: number;
}

export interface OpenOptions {
  /** Is told every test, match and change. Slow: every rule looks at every value then. */
  readonly trace?: (event: TraceEvent) => void;
  /** A request that nobody has sent: it leaves no trace in what outlives a request. */
  readonly isRehearsal?: boolean;
}

export interface Waf {
  open(head: RequestHead, options?: OpenOptions): Transaction;
}

export interface WafNeeds {
  readonly rules: RuleSet;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A name for a transaction, unique for a long time. */
  readonly newId: () => string;
  /** Rules above it are not loaded (1 … 4); undefined leaves all of it to the rules. */
  readonly paranoia?: 1 | 2 | 3 | 4;
  /** What one request may cost; see STEPS_MAX. */
  readonly stepsMax?: number;
  /** For `geoLookup` and `rbl`, which never match without. */
  readonly lookups?: LookupSources;
}
