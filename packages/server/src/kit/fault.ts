/**
 * The one error class that leaves a room. A code is a promise and is never renamed; `edge` translates codes to HTTP in one table.
 * Add a code here and its row there.
 */
export type FaultCode =
  | "request.malformed" // the bytes or the JSON are not what the route accepts
  | "request.too_large"
  | "request.target" // the URL is longer than the limit
  | "request.headers" // more fields or bytes in the head than the limit
  | "request.unknown" // nothing lives at this address
  | "request.method" // something lives there, and does not take this method; detail.allow
  | "request.misdirected" // a Host that is not served here
  | "request.unframed" // a body without a length
  | "request.media" // a content-type that the route does not take
  | "request.slow" // head or body came slower than the limit
  | "request.unsupported" // understood, and not offered here
  | "request.not_acceptable" // an answer in a form that is not offered (406)
  | "request.range" // a range of rows that cannot be given (416)
  | "data.missing" // no such collection, field, row: also "not yours", which must look the same
  | "data.unknown_field" // no such field, or one that the caller may never read: a wrong question (400), not a missing thing
  | "data.ambiguous" // several relations are meant by the same words; detail.details names them
  | "data.invalid" // a value that the plan does not allow
  | "data.conflict" // unique, stale version, id taken
  | "data.unindexed" // the cost gate: names the missing index
  | "data.not_single" // a single object was asked for and there are none or many
  | "access.denied"
  | "access.step_up" // the rule wants a fresher second factor
  | "auth.missing" // a credential is needed
  | "auth.invalid" // a credential is wrong, expired or ended
  | "auth.refused" // what was given to sign in with (password, code, refresh token) is not right
  | "auth.weak_password"
  | "auth.exists"
  | "auth.closed" // sign-up is not offered
  | "auth.unconfirmed"
  | "auth.factor" // enrol, challenge and verify
  | "firewall.refused"
  | "firewall.limited" // detail.retryAfterMs
  | "server.absent" // no running server answers there
  | "server.busy" // a bounded queue is full; detail.retryAfterMs
  | "store.outcome_unknown" // COMMIT failed and what happened cannot be told
  | "store.unavailable" // disk full, i/o error, closed
  | "store.refused" // the folder, the engine or the migration is not acceptable: the server does not start
  | "vault.refused" // wrong root, missing keyring, damaged bytes
  | "plan.invalid"
  | "backup.refused"
  | "advisories.unreadable" // the source cannot be reached or read: nobody said that there are none
  | "trail.refused"
  | "settings.invalid"
  | "internal";

export type FaultDetail = Readonly<Record<string, unknown>>;

export class Fault extends Error {
  readonly code: FaultCode;
  /** Safe to show to whoever asked. What really happened is in `cause`. */
  readonly detail: FaultDetail;

  constructor(code: FaultCode, message: string, { detail = {}, cause }: { detail?: FaultDetail; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "Fault";
    this.code = code;
    this.detail = detail;
  }
}

export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}

/** What leaves the house for an error nobody expected: a sentence without its text, with the cause kept for the log. */
export function faultFrom(error: unknown): Fault {
  return error instanceof Fault ? error : new Fault("internal", "Something went wrong inside the server.", { cause: error });
}
