/** Facts in, verdict out, in the order of a request's life. The firewall does no I/O and keeps no time of its own. */
export type Facts =
  | { readonly stage: "address"; readonly address: string }
  | { readonly stage: "stream"; readonly address: string }
  /** `route` is the name of the route that the head leads to, or `undefined` for unknown ones. */
  | { readonly stage: "head"; readonly address: string; readonly route: string | undefined; readonly limit: LimitName | undefined }
  | {
      readonly stage: "actor";
      readonly address: string;
      readonly route: string;
      readonly account: string | undefined;
      readonly writes: boolean;
    }
  | { readonly stage: "body"; readonly address: string; readonly route: string; readonly bytes: Uint8Array }
  /** The account name that was given at sign-in, as a MAC: never the name itself. */
  | { readonly stage: "identifier"; readonly address: string; readonly identifier: string };

/** The limits that a route can name on top of those that all share. */
export type LimitName = "signIn" | "signUp";

/**
 * `refuse` with `afterMs` is a limit: come again then (429, Retry-After); without it, a closed door (403).
 * `burst`: how many that limit allows at once. `delay`: hold the request for `afterMs`, then go on with it. `challenge` is not given yet.
 */
export type Verdict =
  | { readonly act: "allow" }
  | { readonly act: "refuse" | "delay" | "challenge"; readonly rule: string; readonly afterMs?: number; readonly burst?: number };

/** What a request says before anybody reads it. Texts are printable ASCII, but for the target, which is as it was sent. */
export interface RequestText {
  readonly method: string;
  /** Of a route that declares what it takes, the path alone: names and values behind it are checked by the route, and texts are data. */
  readonly target: string;
  readonly host: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly address: string;
  readonly values: "declared" | "free";
}

/** What rules have found. `rule`: their ids, with commas. */
export interface Suspicion {
  readonly act: "block" | "let through";
  readonly rule: string;
  readonly score: number;
}

export interface Inspection {
  /** `undefined` where nothing was found. `spent` hears what the look has cost, in steps of the rules, where there was one. */
  inspect(text: RequestText, spent: (steps: number) => void): Suspicion | undefined;
}

export type Outcome =
  | { readonly kind: "answered"; readonly address: string; readonly route: string | undefined; readonly status: number }
  /** Of a connection that was allowed at "address", once, by the peer's own address; never of one that was refused. */
  | { readonly kind: "connectionClosed"; readonly address: string }
  | { readonly kind: "signIn"; readonly address: string; readonly identifier: string; readonly ok: boolean }
  | { readonly kind: "badToken"; readonly address: string }
  /** The rules have looked at a request. */
  | { readonly kind: "inspected"; readonly address: string; readonly steps: number }
  /** The rules took a request for an attack. */
  | { readonly kind: "blocked"; readonly address: string }
  /** A connection was ended because of what it sent. */
  | { readonly kind: "flooded"; readonly address: string };

/** What a limit says of itself in the `RateLimit` headers. */
export interface LimitState {
  readonly name: string;
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
}

export interface Firewall {
  judge(facts: Facts): Verdict;
  learn(outcome: Outcome): void;
  /** The state of the tightest limit that applies, for the `RateLimit` headers. */
  state(address: string, account: string | undefined): LimitState;
}
