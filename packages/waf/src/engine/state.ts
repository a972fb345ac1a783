import type { BodyFacts, BodyPlan } from "../body/index.ts";
import type { RequestHead, RequestTarget, ResponseHead } from "../http/index.ts";
import type { Trial } from "../operator/index.ts";
import type { EngineMode, Rule, Settings, XmlArguments } from "../rule/index.ts";
import type { Budget } from "./budget.ts";
import type { Collection, Kept } from "./collections.ts";
import type { TraceEvent } from "./contract.ts";
import type { Entry } from "./entry.ts";
import type { Masks } from "./masks.ts";
import type { Note } from "./record.ts";
import type { Removals } from "./removals.ts";
import type { Tx } from "./tx.ts";
import type { Values } from "./values.ts";
import type { Since } from "./variables/contract.ts";

/** What a rule or its actions ask of the rest of the transaction: set by `ctl`, at first the settings of the rule set. */
export interface Controls {
  engine: EngineMode;
  requestBodyAccess: boolean;
  responseBodyAccess: boolean;
  requestBodyBytesMax: number;
  responseBodyBytesMax: number;
  /** Chosen by `ctl:requestBodyProcessor`, upper case; undefined: by the content type. */
  bodyProcessor: string | undefined;
  forceRequestBodyVariable: boolean;
  xmlArguments: XmlArguments;
}

/** One value that the rule being looked at (or its chain) has matched. */
export interface MatchedValue {
  readonly name: string;
  readonly value: string;
}

/** All that one transaction knows. Only the engine's own files see it. */
export interface State {
  readonly id: string;
  readonly settings: Settings;
  readonly startedAtMs: number;
  /** What the request may cost, in steps. */
  readonly stepsMax: number;
  readonly now: () => number;
  readonly budget: Budget;
  readonly values: Values;
  readonly head: RequestHead;
  readonly target: RequestTarget;
  readonly controls: Controls;
  readonly plan: BodyPlan;
  readonly tx: Tx;
  /** Where phase 1 begins: the rules before are the same for every request (see preamble.ts). */
  readonly start: number;
  readonly plainTrial: Trial;
  /** Writes what groups hold into `captured`. */
  readonly capturingTrial: Trial;
  readonly collections: Map<Kept, Collection>;
  readonly openCollection: (kind: Kept, key: string) => Collection;
  readonly removals: Removals;
  /** What is to be shown to nobody; undefined where nothing is. */
  masks: Masks | undefined;
  readonly environment: Map<string, string>;
  readonly trace: ((event: TraceEvent) => void) | undefined;
  /** The entries of a variable, read once as long as they hold. */
  list(variable: string): readonly Entry[];
  /** What depends on this has come: its entries are read anew. */
  forget(since: Since): void;
  /** The entries of each class of entries that rules look at, as long as they hold. */
  readonly classes: (readonly Entry[] | undefined)[];
  /** For classes with many entries, by their number: for each entry, the tests of sieved rules that it may make true. */
  readonly marks: (Uint32Array | undefined)[];
  readonly notes: Note[];
  bodyBytes: number;
  bodyFacts: BodyFacts | undefined;
  isBodyCut: boolean;
  response: ResponseHead | undefined;
  /** The status of the refusal, once the request is refused. */
  refusedStatus: number | undefined;
  responseText: string;
  isResponseCut: boolean;
  /** The rule at work, for `RULE:id` and for who spent the budget. */
  rule: Rule | undefined;
  /** What the last rule that matched anything, with those chained to it, has matched: MATCHED_VARS. */
  matched: MatchedValue[];
  /** Does `matched` come from the rule at work? */
  hasFreshMatch: boolean;
  /** How many of `matched` were there before the last link of the chain. */
  matchedBefore: number;
  highestSeverity: number;
  /** What the last geoLookup has found. */
  geo: Readonly<Record<string, string>>;
  userId: string;
  sessionId: string;
  resource: string;
  /** Groups that the test at work has captured. */
  readonly captured: (string | undefined)[];
}
