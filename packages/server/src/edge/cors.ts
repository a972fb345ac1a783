/** Which browser origins may read answers: the plan's list to the letter, and the server's own origin. Never with credentials. */
export interface Cors {
  /** The headers of an answer to this origin, flat; empty for one that may not. */
  headersFor(origin: string | undefined, host: string): readonly string[];
  /** What a preflight's answer says besides. */
  preflightFor(origin: string, host: string): Readonly<Record<string, string>>;
}

const ALLOWED_HEADERS =
  "authorization, apikey, x-client-info, x-supabase-api-version, content-type, prefer, accept-profile, content-profile, range";
const EXPOSED_HEADERS = "content-range, retry-after, ratelimit, ratelimit-policy, x-request-id";
const ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
const PREFLIGHT_SECONDS = "600";
const NONE: readonly string[] = [];
const REFUSED: Readonly<Record<string, string>> = {};
const PREFLIGHT: Readonly<Record<string, string>> = {
  "access-control-allow-methods": ALLOWED_METHODS,
  "access-control-allow-headers": ALLOWED_HEADERS,
  "access-control-max-age": PREFLIGHT_SECONDS,
};

export function createCors(origins: readonly string[]): Cors {
  // "null" is what sandboxed pages and files say of themselves: it names nobody, so a plan cannot allow it.
  const allowed = new Set(origins.filter((origin) => origin !== "null"));
  const isAllowed = (origin: string, host: string): boolean => allowed.has(origin) || origin === `https://${host}`;
  return {
    headersFor(origin, host) {
      if (origin === undefined || !isAllowed(origin, host)) return NONE;
      return ["access-control-allow-origin", origin, "access-control-expose-headers", EXPOSED_HEADERS];
    },
    preflightFor(origin, host) {
      return isAllowed(origin, host) ? PREFLIGHT : REFUSED;
    },
  };
}
