import { ask, type Said, withToken } from "./ask.ts";
import type { Scan } from "./scan.ts";
import { PATHS, type Target } from "./target.ts";

const STRANGER = "https://stranger.example";
const YEAR_SECONDS = 31_536_000;

/** Good answers and each kind of refusal, as the page of another site would ask, under a name that browsers keep. */
const QUESTIONS: readonly { readonly path: string; readonly method?: string; readonly isSignedIn?: true }[] = [
  { path: PATHS.page },
  { path: PATHS.large },
  { path: PATHS.keys },
  { path: `${PATHS.rows}?status=eq.active`, isSignedIn: true },
  { path: `${PATHS.rows}?status=eq.active&order=no'such`, isSignedIn: true },
  { path: `${PATHS.rows}?status=eq.active` },
  { path: PATHS.account },
  { path: "/nowhere/<b>" },
  { path: "/%00" },
  { path: PATHS.page, method: "TRACE" },
  { path: PATHS.rows, method: "OPTIONS" },
];

const said = ({ headers }: Said, name: string): string => [headers[name] ?? ""].flat().join(", ");

/** What is wrong with an answer. ASVS 5.0 V3.4, V3.3, V13.4 and V16.5 ask for these. */
const WRONGS: Readonly<Record<string, (answer: Said, method: string) => boolean>> = {
  "no policy for content": (answer) => !/default-src '(none|self)'/.test(said(answer, "content-security-policy")),
  "a policy with exceptions": (answer) => /unsafe-|(^|[ ;])\*|https?:/.test(said(answer, "content-security-policy")),
  "may be framed": (answer) => !/frame-ancestors 'none'/.test(said(answer, "content-security-policy")),
  "a base may be set": (answer) => !/base-uri 'none'/.test(said(answer, "content-security-policy")),
  "types are guessed": (answer) => said(answer, "x-content-type-options") !== "nosniff",
  "tells others where from": (answer) => !/^(no-referrer|same-origin)$/.test(said(answer, "referrer-policy")),
  "no HSTS": (answer) => Number(/max-age=(\d+)/.exec(said(answer, "strict-transport-security"))?.[1] ?? 0) < YEAR_SECONDS,
  "others may embed it": (answer) => said(answer, "cross-origin-resource-policy") !== "same-origin",
  "others may read it": (answer) => ["*", STRANGER].includes(said(answer, "access-control-allow-origin")),
  "others may come with credentials": (answer) => said(answer, "access-control-allow-credentials") !== "",
  "a cookie without its guards": (answer) => /^(?!.*;\s*secure)(?=.)|^(?!.*;\s*httponly)(?=.)/i.test(said(answer, "set-cookie")),
  "tells what it is made of": (answer) => ["server", "x-powered-by", "via"].some((name) => said(answer, name) !== ""),
  "a document without a charset": (answer) => /^text\/html$/.test(said(answer, "content-type")),
  "shows its inside": ({ body, status }) => status >= 400 && /\bat .+:\d+:\d+|SELECT |node_modules|\.ts\b/.test(body),
  "an error of its own": ({ status }) => status >= 500,
  "gives back what it was asked as markup": (answer) => /<b>/.test(answer.body) && /html/.test(said(answer, "content-type")),
  "takes TRACE": ({ status }, method) => method === "TRACE" && status < 400,
};

export const HEADER_SCAN: Scan = {
  name: "missing headers and answers that tell too much",
  bites: Object.keys(WRONGS).map((wrong) => new RegExp(`^${wrong}:`, "m")),
  async run(target) {
    const found: string[] = [];
    for (const { path, method = "GET", isSignedIn } of QUESTIONS) {
      const headers = { host: target.domain, origin: STRANGER, ...(isSignedIn ? withToken(target, target.token) : {}) };
      const answer = await ask(target, { path, method, headers });
      for (const [wrong, isWrong] of Object.entries(WRONGS)) {
        if (isWrong(answer, method)) found.push(`${wrong}: ${answer.status} to ${method} ${path}`);
      }
    }
    return [...found, ...(await isAwake(target))];
  },
};

/** Whoever is over a limit, or looks at a server that is down, finds nothing wrong. */
async function isAwake(target: Target): Promise<readonly string[]> {
  const { status } = await ask(target, { path: `${PATHS.rows}?status=eq.active`, headers: withToken(target, target.token) });
  if (status !== 200) throw new Error(`The server answers with ${status} to who may ask.`);
  return [];
}
