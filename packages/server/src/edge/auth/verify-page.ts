import type { Answer, Exchange, Route } from "../contract.ts";
import type { AuthTools } from "./tools.ts";

const PAGE = "/auth/v1/verify";
/** The page and its two files, and what each of them is. */
const PARTS = {
  "": "text/html; charset=utf-8",
  "/page.js": "text/javascript; charset=utf-8",
  "/page.css": "text/css; charset=utf-8",
} as const;

/**
 * Where the links of letters lead when the app has no page for them. It asks; a code is used up by its POST alone, so that whoever
 * only looks at the link (a mail scanner, a preview) uses nothing up. The code stands behind "#": it is never in a request line.
 */
export function verifyPageRoutes({ identity: { publishableKey } }: AuthTools): readonly Route[] {
  return (["", "/page.js", "/page.css"] as const).map((part) => ({
    name: "auth.verifyPage",
    method: "GET",
    path: `${PAGE}${part}`,
    needs: "public",
    body: "none",
    reads: false,
    handle: (exchange: Exchange) => show(part, publishableKey, exchange),
  }));
}

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

async function show(part: keyof typeof PARTS, publishableKey: string, _exchange: Exchange): Promise<Answer> {
  // Few requests ever ask for it: it is loaded with the first.
  const { pageParts } = await import("./verify-page-parts.ts");
  const headers = { "content-type": PARTS[part], "content-security-policy": CSP, "cross-origin-opener-policy": "same-origin" };
  return { status: 200, headers, body: pageParts(publishableKey)[part] };
}
