import type { LimitState } from "../firewall/contract.ts";

const MS_PER_SECOND = 1_000;

/**
 * The two fields of draft-ietf-httpapi-ratelimit-headers (revision 10): what the limit is that said no, or else the tightest, and what is left of it.
 * Structured fields (RFC 9651): `RateLimit-Policy: "name";q=60`, `RateLimit: "name";r=59;t=1`.
 */
export function rateLimitHeaders(flat: string[], { name, limit, remaining, resetMs }: LimitState): void {
  flat.push("ratelimit-policy", `"${name}";q=${limit}`);
  flat.push("ratelimit", `"${name}";r=${Math.max(0, remaining)};t=${Math.ceil(Math.max(0, resetMs) / MS_PER_SECOND)}`);
}
