import { Fault, type FaultCode } from "../kit/index.ts";

/**
 * Why identity says no. The word is the error code of the wire dialect and stands in `detail.reason`; the fault's code decides
 * the status. Adding a refusal is adding a row.
 */
const REFUSALS = {
  invalid_credentials: ["auth.refused", "Invalid login credentials"],
  email_not_confirmed: ["auth.unconfirmed", "The address is not confirmed yet."],
  refresh_token_not_found: ["auth.refused", "There is no such refresh token."],
  refresh_token_already_used: ["auth.refused", "This refresh token was used before; the session has been ended."],
  otp_expired: ["auth.refused", "The code is wrong, was used or has expired."],
  reauthentication_needed: [
    "auth.refused",
    "Sign in again, or send current_password: the last proof of the password is older than 10 minutes.",
  ],
  current_password_invalid: ["auth.refused", "The current password is not right."],
  bad_jwt: ["auth.invalid", "The access token is not valid."],
  session_not_found: ["auth.invalid", "The session has ended."],
  session_expired: ["auth.invalid", "The session has expired."],
  user_banned: ["access.denied", "The account is suspended."],
  invalid_key: ["auth.invalid", "The API key is not valid."],
  key_in_browser: ["auth.invalid", "A secret key must never be used from a browser."],
  no_authorization: ["auth.missing", "This needs a session."],
  insufficient_aal: ["access.step_up", "This needs a session with a fresh second factor."],
  signup_disabled: ["auth.closed", "Sign-up is not open here."],
  email_provider_disabled: [
    "auth.closed",
    "This server sends no mail, so an address cannot be confirmed; an administrator can make the account.",
  ],
  user_already_exists: ["auth.exists", "There is an account with this address already."],
  email_exists: ["auth.exists", "There is an account with this address already."],
  email_address_invalid: ["data.invalid", "This is not an e-mail address that can be used here."],
  over_email_send_rate_limit: ["firewall.limited", "A letter was sent less than a minute ago; wait a minute and ask again."],
  validation_failed: ["data.invalid", "The request does not have the shape that is needed here."],
  weak_password: ["auth.weak_password", "The password is too easy to guess."],
  same_password: ["auth.weak_password", "The new password is the old one."],
  user_not_found: ["data.missing", "There is no such account."],
  mfa_factor_not_found: ["data.missing", "There is no such factor."],
  mfa_factor_name_conflict: ["auth.factor", "A factor of this name is there already."],
  too_many_enrolled_mfa_factors: ["auth.factor", "The account has as many factors as it may have."],
  mfa_challenge_expired: ["auth.factor", "The challenge has expired or belongs to another session; make a new one."],
  mfa_verification_failed: ["auth.factor", "The code is wrong, was used before, or too many have been tried."],
  conflict: ["data.conflict", "The account was changed by another request at the same time; try again."],
} as const satisfies Readonly<Record<string, readonly [FaultCode, string]>>;

export type Refusal = keyof typeof REFUSALS;

export function refusal(reason: Refusal, message?: string, detail: Readonly<Record<string, unknown>> = {}): Fault {
  const [code, usual] = REFUSALS[reason];
  return new Fault(code, message ?? usual, { detail: { reason, ...detail } });
}
