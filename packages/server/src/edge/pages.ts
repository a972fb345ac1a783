import { Fault } from "../kit/index.ts";
import type { Answer, Dialect } from "./contract.ts";
import { plainWords } from "./faults.ts";

export interface PageFile {
  /** With its charset, where it is text. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/**
 * `img-src data:` for one thing only: the picture of a TOTP secret, which the auth API gives as a data URI. Data images run no
 * script, and a blob would need `blob:`, which a page could also fill with a document. There is no inline script or style, and
 * with `trusted-types 'none'` no string ever becomes markup or code.
 */
const PAGE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const INDEX = "/index.html";
// What must never leave by accident (ASVS 5.0 13.4): hidden files, sources, source maps, manifests, databases.
const NEVER_SERVED =
  /(?:^|\/)(?:\.(?!well-known\/)|node_modules\/|package(?:-lock)?\.json$)|\.(?:map|ts|tsx|db|sqlite|sqlite3|pem|key|env|log|bak)$/i;

/** Serves these files, and nothing that is not among them, under a CSP without exceptions for scripts. Takes them as they are now. */
export function pagesDialect(files: ReadonlyMap<string, PageFile>): Dialect {
  const routes = [...files].flatMap(([path, file]) => {
    if (NEVER_SERVED.test(path)) throw new Fault("settings.invalid", `The file ${path} may not be served.`);
    const answer = answerOf(file);
    const paths = path === INDEX ? [path, "/"] : [path];
    return paths.map((at) => ({
      name: "page",
      method: "GET" as const,
      path: at,
      needs: "public" as const,
      body: "none" as const,
      reads: false as const,
      handle: async () => answer,
    }));
  });
  return { prefix: "/", routes, words: plainWords };
}

function answerOf({ type, bytes }: PageFile): Answer {
  return Object.freeze({
    status: 200,
    headers: Object.freeze({
      "content-type": type,
      "content-security-policy": PAGE_CSP,
      "cross-origin-opener-policy": "same-origin",
      "cache-control": "no-cache",
    }),
    body: new Uint8Array(bytes),
  });
}
