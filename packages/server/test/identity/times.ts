/** How long a code of an authenticator app is shown (RFC 6238 §5.2). */
export const STEP_MS = 30_000;
/** How old the proof of a password or a factor may be when credentials are changed. */
export const FRESH_MS = 600_000;
