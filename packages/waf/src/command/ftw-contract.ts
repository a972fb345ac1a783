// Regression tests as CRS writes them, in one form for both formats: 3.x (log_contains, stop_magic) and 4.x (log.expect_ids,
// autocomplete_headers). All texts are byte strings.

export interface FtwExpectation {
  /** All of these rules have to match. */
  readonly ids: readonly number[];
  /** None of these may match. */
  readonly noIds: readonly number[];
  /** Any of these; empty: not looked at. */
  readonly statuses: readonly number[];
  /** Patterns over the log lines of the request. */
  readonly logPattern: string | undefined;
  readonly noLogPattern: string | undefined;
  readonly responseContains: string | undefined;
  /** The server may close the connection or refuse without an answer. */
  readonly mayFail: boolean;
  /** No other rule than the expected one may match. */
  readonly isolated: boolean;
}

export interface FtwStage {
  /** The request, byte for byte as it is sent. */
  readonly request: string;
  readonly expect: FtwExpectation;
}

export interface FtwTest {
  /** `942100-1`. Not unique in every suite: together with `file` and `position` it is. */
  readonly title: string;
  readonly file: string;
  readonly position: number;
  /** The folder of the file: `REQUEST-942-APPLICATION-ATTACK-SQLI`. */
  readonly family: string;
  readonly description: string;
  readonly stages: readonly FtwStage[];
  /** Why nobody knows what it means: it fails, and the others run. */
  readonly unreadable?: string;
}

/** What came of one stage. */
export interface FtwOutcome {
  /** Ids of the rules that matched and that are logged. */
  readonly ids: readonly number[];
  /** Undefined: the connection ended without an answer. */
  readonly status: number | undefined;
  /** What the engine would have answered if it had not only detected. */
  readonly wouldRefuse: number | undefined;
  /** One line for each logged match, in ModSecurity's manner. */
  readonly log: readonly string[];
  /** The first answer as it came: head and body. */
  readonly response: string;
}

/** A file that holds no tests, or a test that does not say what it needs. */
export class FtwProblem extends Error {
  readonly reason: string;
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`);
    this.name = "FtwProblem";
    this.reason = reason;
  }
}
