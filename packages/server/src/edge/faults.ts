import type { Fault, FaultCode } from "../kit/index.ts";
import type { FaultWords } from "./contract.ts";

/** The one table from what went wrong to what HTTP calls it. */
export const STATUS: Readonly<Record<FaultCode, number>> = {
  "request.malformed": 400,
  "request.too_large": 413,
  "request.target": 414,
  "request.headers": 431,
  "request.unknown": 404,
  "request.method": 405,
  "request.misdirected": 421,
  "request.unframed": 411,
  "request.media": 415,
  "request.slow": 408,
  "request.not_acceptable": 406,
  "request.range": 416,
  "request.unsupported": 400,
  "data.missing": 404,
  "data.unknown_field": 400,
  "data.ambiguous": 300,
  "data.invalid": 400,
  "data.conflict": 409,
  "data.unindexed": 400,
  "data.not_single": 406,
  "access.denied": 403,
  // RFC 9470: the credential is not enough for this, and a stronger one is: ask the person, then come again.
  "access.step_up": 401,
  "auth.missing": 401,
  "auth.invalid": 401,
  "auth.refused": 400,
  "auth.weak_password": 422,
  "auth.exists": 422,
  "auth.closed": 422,
  "auth.unconfirmed": 400,
  "auth.factor": 422,
  "firewall.refused": 403,
  "firewall.limited": 429,
  "server.busy": 503,
  "server.absent": 503,
  "store.outcome_unknown": 503,
  "store.unavailable": 503,
  "store.refused": 500,
  "vault.refused": 500,
  "plan.invalid": 500,
  "backup.refused": 500,
  "advisories.unreadable": 500,
  "trail.refused": 500,
  "settings.invalid": 500,
  internal: 500,
};

const UNAUTHORIZED = 401;
const OURS_FROM_STATUS = 500;
const OUR_SENTENCE = "Something went wrong inside the server.";
const MS_PER_SECOND = 1_000;

export interface PublicFault {
  readonly code: FaultCode;
  readonly message: string;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly status: number;
}

/** What a caller may see of a fault: what broke inside the house keeps its code and loses its words. */
export function publicFault(fault: Fault): PublicFault {
  const status = STATUS[fault.code];
  const isOurs = status === OURS_FROM_STATUS;
  return { code: fault.code, message: isOurs ? OUR_SENTENCE : fault.message, detail: isOurs ? {} : fault.detail, status };
}

/** `retry-after` in whole seconds, where the fault says when to come again. */
export function retryAfter(fault: Fault): string | undefined {
  const { retryAfterMs } = fault.detail;
  return typeof retryAfterMs === "number" ? String(Math.max(1, Math.ceil(retryAfterMs / MS_PER_SECOND))) : undefined;
}

/** What a 401 asks for: a credential, or (RFC 9470) the same with a second factor. `undefined` for any other answer. */
export function challengeFor({ code, status }: PublicFault): string | undefined {
  if (status !== UNAUTHORIZED) return undefined;
  return code === "access.step_up" ? 'Bearer error="insufficient_user_authentication"' : "Bearer";
}

/** The error body where no dialect answers for the address. The id is in `x-request-id` too. */
export const plainWords: FaultWords = ({ code, message, id }) => JSON.stringify({ code, message, id });
