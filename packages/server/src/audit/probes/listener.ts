import type { Agreement, Heard, ListenerFacts, Prober } from "../contract.ts";
import { type Ask, readAnswer, writeRequest } from "./http-text.ts";

export interface ListenerNeeds {
  readonly prober: Prober;
  /** As clients write it in Host. */
  readonly host: string;
  readonly publishableKey: string;
  readonly collections: readonly string[];
  readonly hasHttpPort: boolean;
  readonly limits: { readonly urlBytesMax: number; readonly headerBytesMax: number; readonly jsonBytesMax: number };
}

const FOREIGN_ORIGIN = "https://elsewhere.example";
const COLLECTIONS_MAX = 50;
const JSON_TYPE = { "content-type": "application/json" };
const OLD = "DEFAULT@SECLEVEL=0";

const WEAK_VERSIONS = { "TLS 1.0": "TLSv1", "TLS 1.1": "TLSv1.1" } as const;
const WEAK_SUITES = ["AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256"] as const;
const WEAK_GROUPS = ["ffdhe2048", "P-521"] as const;
/** What scanners try first. */
const HIDDEN_PATHS = [
  "/.env",
  "/.git/config",
  "/package.json",
  "/package-lock.json",
  "/holdfast.config.ts",
  "/app.js.map",
  "/../../etc/passwd",
  "/%2e%2e/%2e%2e/etc/passwd",
  "/keyring",
  "/data-1.db",
  "/metrics",
  "/debug/pprof/",
  "/server-status",
  "/backup.sql",
];

const BROWSER = {
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  accept: "text/html,application/xhtml+xml,*/*;q=0.8",
  "accept-language": "ko-KR,ko;q=0.9,en;q=0.5",
};
/** At an address where nothing lives: whoever answered them could give away nothing. */
const ATTACKS = {
  script: "q=%3Cscript%3Ealert(1)%3C/script%3E",
  SQL: "id=1%27%20OR%201=1--%20",
  path: "file=../../../../etc/passwd",
  command: "host=127.0.0.1;cat%20/etc/passwd",
};

/** Knocks at every door of the own listener that a stranger would try, and writes down what was said. */
export async function probeListener(needs: ListenerNeeds): Promise<ListenerFacts> {
  const { prober, limits, publishableKey } = needs;
  const ask = async (what: Ask, to: "tls" | "http-port" = "tls"): Promise<Heard> =>
    readAnswer(await prober.say(writeRequest(needs.host, what), to));
  const asked = (table: Readonly<Record<string, Ask>>) => inTurn(table, (what) => ask(what));
  const appKey = { apikey: publishableKey };
  const paths = Object.fromEntries(needs.collections.slice(0, COLLECTIONS_MAX).map((name) => [name, `/rest/v1/${name}?select=id&limit=1`]));
  const first = Object.values(paths)[0] ?? "/rest/v1/none";
  return {
    best: await prober.agree({}),
    weakVersions: await inTurn(WEAK_VERSIONS, (version) => prober.agree({ versions: [version, version], ciphers: OLD })),
    weakSuites: await inTurn(named(WEAK_SUITES), (ciphers) => prober.agree({ versions: ["TLSv1.2", "TLSv1.2"], ciphers })),
    weakGroups: await inTurn(named(WEAK_GROUPS), (groups) => prober.agree({ groups })),
    renegotiated: await prober.renegotiate(),
    plainHttp: await prober.say(writeRequest(needs.host, { path: "/health" }), "plain"),
    httpPort: needs.hasHttpPort
      ? { page: await ask({ path: "/" }, "http-port"), api: await ask({ path: first, headers: appKey }, "http-port") }
      : undefined,
    health: await ask({ path: "/health" }),
    unknown: await ask({ path: "/nothing-lives-here" }),
    home: await ask({ path: "/" }),
    foreignOrigin: await ask({ path: first, headers: { ...appKey, origin: FOREIGN_ORIGIN } }),
    foreignPreflight: await ask({
      method: "OPTIONS",
      path: first,
      headers: { origin: FOREIGN_ORIGIN, "access-control-request-method": "GET", "access-control-request-headers": "authorization" },
    }),
    withoutKey: await inTurn(paths, (path) => ask({ path })),
    withAppKey: await inTurn(paths, (path) => ask({ path, headers: appKey })),
    forgedToken: await ask({ path: first, headers: { ...appKey, authorization: `Bearer ${forgedToken()}` } }),
    methods: await asked({
      TRACE: { method: "TRACE", path: "/health" },
      CONNECT: { method: "CONNECT", path: `${needs.host}:443` },
      PROPFIND: { method: "PROPFIND", path: "/" },
      HOLDFAST: { method: "HOLDFAST", path: "/health" },
      "DELETE /health": { method: "DELETE", path: "/health" },
      "X-HTTP-Method-Override": {
        method: "POST",
        path: "/health",
        headers: { ...JSON_TYPE, "x-http-method-override": "GET" },
        body: "{}",
      },
    }),
    oversized: await asked({
      address: { path: `/health?${"a".repeat(limits.urlBytesMax + 1)}` },
      head: { path: "/health", headers: { "x-filler": "a".repeat(limits.headerBytesMax + 1) } },
      // Said to be larger than the limit, and not sent: the answer must not wait for it.
      body: {
        method: "POST",
        path: "/auth/v1/token?grant_type=password",
        headers: { ...appKey, ...JSON_TYPE, "content-length": String(limits.jsonBytesMax + 1) },
      },
    }),
    broken: await asked(brokenRequests(first, appKey)),
    hiddenPaths: await inTurn(Object.fromEntries(HIDDEN_PATHS.map((path) => [path, path])), (path) => ask({ path })),
    attacks: await inTurn(ATTACKS, (query) => ask({ path: `/nothing-lives-here?${query}` })),
    ordinary: await ask({ path: "/nothing-lives-here?q=what+is+a+table%3F", headers: BROWSER }),
  };
}

/** What a careless server would answer with a stack, a statement or a path. */
function brokenRequests(collection: string, appKey: Readonly<Record<string, string>>): Readonly<Record<string, Ask>> {
  const signIn = "/auth/v1/token?grant_type=password";
  return {
    json: { method: "POST", path: signIn, headers: { ...appKey, ...JSON_TYPE }, body: '{"email":' },
    depth: { method: "POST", path: signIn, headers: { ...appKey, ...JSON_TYPE }, body: "[".repeat(500) },
    prototype: { method: "POST", path: signIn, headers: { ...appKey, ...JSON_TYPE }, body: '{"__proto__":{"a":1}}' },
    filter: { path: `${collection}&or=((((`, headers: appKey },
    column: { path: `${collection.split("?")[0]}?select=no_such_column'--`, headers: appKey },
    type: { method: "POST", path: signIn, headers: { ...appKey, "content-type": "text/xml" }, body: "<a/>" },
    encoding: { path: "/rest/v1/%ff%fe", headers: appKey },
    token: { path: collection, headers: { ...appKey, authorization: "Basic YTph" } },
  };
}

/** Three parts that look right, from nobody's key. */
function forgedToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "ES256", typ: "JWT" })}.${part({ sub: "00000000-0000-0000-0000-000000000000", aal: "aal2" })}.${"A".repeat(86)}`;
}

function named<const T extends string>(list: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(list.map((name) => [name, name]));
}

/** One after another: a probe is not a flood. */
async function inTurn<T, R extends Agreement | Heard>(
  table: Readonly<Record<string, T>>,
  work: (value: T) => Promise<R>,
): Promise<Readonly<Record<string, R>>> {
  const results: [string, R][] = [];
  for (const [name, value] of Object.entries(table)) results.push([name, await work(value)]);
  return Object.fromEntries(results);
}
