import type { FaultWords } from "../contract.ts";

/** What the dialect calls the faults that do not come from identity, which brings its own word in `detail.reason`. */
const CODES: Readonly<Record<string, string>> = {
  "request.malformed": "bad_json",
  "request.too_large": "request_entity_too_large",
  "request.slow": "request_timeout",
  "data.missing": "user_not_found",
  "data.invalid": "validation_failed",
  "data.conflict": "conflict",
  "access.denied": "not_admin",
  "access.step_up": "insufficient_aal",
  "auth.missing": "no_authorization",
  "auth.invalid": "bad_jwt",
  "auth.refused": "invalid_credentials",
  "auth.weak_password": "weak_password",
  "auth.exists": "user_already_exists",
  "auth.closed": "feature_disabled",
  "auth.unconfirmed": "email_not_confirmed",
  "auth.factor": "mfa_verification_failed",
  "firewall.limited": "over_request_rate_limit",
  "firewall.refused": "over_request_rate_limit",
  "server.busy": "over_request_rate_limit",
};

/** The error body that all clients of the family read: `code` is the status, `error_code` the word, `msg` the sentence. */
export const authWords: FaultWords = ({ code, message, detail, status, ...rest }) => {
  const reason = typeof detail["reason"] === "string" ? detail["reason"] : CODES[code];
  const weak = reason === "weak_password" ? { weak_password: { reasons: reasonsOf(detail) } } : {};
  const id = "id" in rest && typeof rest.id === "string" ? { error_id: rest.id } : {};
  return JSON.stringify({ code: status, error_code: reason ?? "unexpected_failure", msg: message, ...weak, ...id });
};

function reasonsOf({ reasons }: Readonly<Record<string, unknown>>): readonly string[] {
  return Array.isArray(reasons) ? reasons.filter((reason) => typeof reason === "string") : [];
}
