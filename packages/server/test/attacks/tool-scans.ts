import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Scan } from "./scan.ts";
import { PATHS, type Target } from "./target.ts";
import { runTool } from "./tools.ts";

const SCAN_MS_MAX = 100_000;
/** Beyond this, slowhttptest calls a server that does not answer a newcomer out of service. */
const PROBE_SECONDS = 10;

const at = ({ port }: Target, path: string): string => `https://localhost:${port}${path}`;
const credentials = ({ publishableKey, token }: Target): readonly string[] => [
  "-H",
  `apikey: ${publishableKey}`,
  "-H",
  `Authorization: Bearer ${token}`,
];

/** Where sqlmap puts what it tries; in a body, at the star. */
const INJECTED: readonly { readonly place: string; readonly args: (target: Target) => readonly string[] }[] = [
  // It stops at the first hole: on the weak server that is the filter, elsewhere it goes on to the order.
  {
    place: "a filter or an order",
    args: (target) => ["-u", at(target, `${PATHS.rows}?status=eq.active&order=created_at`), "-p", "status,order"],
  },
  { place: "a selection", args: (target) => ["-u", at(target, `${PATHS.rows}?status=eq.active&select=name`), "-p", "select"] },
  {
    place: "a body",
    args: (target) => {
      const headers = ["-H", "Content-Type: application/json", "-H", "Prefer: return=representation"];
      return ["-u", at(target, `${PATHS.rows}?status=eq.active`), "--method=PATCH", `--data={"name":"Nobody*"}`, ...headers];
    },
  },
];

export const TOOL_SCANS: readonly Scan[] = [
  ...INJECTED.map(
    ({ place, args }): Scan => ({
      name: `SQL injection through ${place}, by sqlmap`,
      tool: "sqlmap",
      bites: [/^Type: /m],
      async run(target, folder) {
        const bounds = [
          "--batch",
          "--level=3",
          "--risk=1",
          "--technique=BEUT",
          "--time-sec=1",
          "--timeout=10",
          "--retries=0",
          "--threads=2",
        ];
        const fixed = ["--dbms=sqlite", "--skip-waf", "--disable-coloring", "--flush-session", `--output-dir=${folder}`];
        const said = await runTool("sqlmap", [...args(target), ...credentials(target), ...bounds, ...fixed], folder, SCAN_MS_MAX);
        const isWhole = /identified the following injection point|all tested parameters do not appear to be injectable/.test(said);
        if (!isWhole || /\b(?:403|429) \(|unable to connect/i.test(said)) throw new Error(`sqlmap could not scan:\n${said}`);
        return [...said.matchAll(/^ *(Type: .+)$/gm)].map(([, type = ""]) => type);
      },
    }),
  ),
  {
    name: "cross-site scripting, injection and headers, by wapiti",
    tool: "wapiti",
    bites: [/Cross Site Scripting/, /Content Security Policy/, /HttpOnly/],
    run: wapiti,
  },
  {
    name: "versions, suites and groups of TLS, by sslscan",
    tool: "sslscan",
    bites: [/tls 1\.0/, /tls 1\.1/, /NULL/, /-SHA$/m],
    run: sslscan,
  },
  {
    name: "slow heads, by slowhttptest",
    tool: "slowhttptest",
    bites: [/held to the end/],
    run: slowly("-H", "-t", "POST", "-i", "3", "-l", "25"),
  },
  {
    name: "slow bodies, by slowhttptest",
    tool: "slowhttptest",
    bites: [/held to the end/],
    run: slowly("-B", "-f", "application/json", "-i", "3", "-l", "25"),
  },
];

/** What wapiti misses and is right not to be there; the scan of headers looks for what stands in its place. */
const ANSWERED_OTHERWISE: readonly RegExp[] = [
  // frame-ancestors in the CSP says it, and wins where both are.
  /^HTTP Secure Headers: X-Frame-Options /,
  // No browser reads it any more; where one did, it could be turned against the page.
  /^HTTP Secure Headers: X-XSS-Protection /,
  // wapiti asks a name of this machine: on such a name it would lock out other servers.
  /^HTTP Secure Headers: Strict-Transport-Security /,
];

// Neither xxe nor ssrf: they call a machine of wapiti's makers.
const WAPITI_MODULES = "sql,xss,permanentxss,exec,file,crlf,csp,http_headers,cookieflags,redirect,htaccess,shellshock";

interface WapitiReport {
  readonly vulnerabilities: Readonly<Record<string, readonly { readonly info: string; readonly path: string }[]>>;
  readonly anomalies: WapitiReport["vulnerabilities"];
}

async function wapiti(target: Target, folder: string): Promise<readonly string[]> {
  const report = join(folder, "wapiti.json");
  const kept = [join(folder, "session"), join(folder, "settings")] as const;
  for (const place of kept) await mkdir(place);
  const starts = [`${PATHS.rows}?status=eq.active&order=id`, "/auth/v1/verify?token=abc&type=signup", "/?q=abc"];
  const bounds = ["--max-scan-time", "20", "--max-attack-time", "15", "--max-links-per-page", "20", "-d", "2", "-t", "5"];
  const quiet = ["--flush-session", "--no-bugreport", "--store-session", kept[0], "--store-config", kept[1], "-f", "json", "-o", report];
  const scope = ["-u", at(target, "/"), "--scope", "domain", ...starts.flatMap((path) => ["-s", at(target, path)])];
  const said = await runTool("wapiti", [...scope, "-m", WAPITI_MODULES, ...credentials(target), ...bounds, ...quiet], folder, SCAN_MS_MAX);
  if (!said.includes("A report has been generated")) throw new Error(`wapiti could not scan:\n${said}`);
  const { vulnerabilities, anomalies }: WapitiReport = JSON.parse(await readFile(report, "utf8"));
  return [vulnerabilities, anomalies]
    .flatMap((kinds) => Object.entries(kinds))
    .flatMap(([kind, found]) => found.map(({ info, path }) => `${kind}: ${info} (${path})`))
    .filter((finding) => !ANSWERED_OTHERWISE.some((row) => row.test(finding)));
}

const GOOD_SUITE = /^(TLS_(AES|CHACHA20)_.+|ECDHE-(ECDSA|RSA)-(AES(128|256)-GCM-SHA(256|384)|CHACHA20-POLY1305))$/;
const GOOD_GROUP = /x25519|P-256|P-384/i;

async function sslscan(target: Target, folder: string): Promise<readonly string[]> {
  const file = join(folder, "sslscan.xml");
  const said = await runTool("sslscan", ["--no-colour", "--timeout=10", `--xml=${file}`, `localhost:${target.port}`], folder, SCAN_MS_MAX);
  const xml = await readFile(file, "utf8");
  const rows = (pattern: RegExp): readonly string[] => [...xml.matchAll(pattern)].map(([, ...parts]) => parts.join(" "));
  const enabled = rows(/<protocol type="(\w+)" version="([\d.]+)" enabled="1"/g);
  const suites = rows(/<cipher [^>]*cipher="([^"]+)"/g);
  const groups = rows(/<group [^>]*name="([^"]+)"/g);
  if (!enabled.includes("tls 1.3") || suites.length === 0 || groups.length === 0) throw new Error(`sslscan could not scan:\n${said}`);
  return [
    ...enabled.filter((version) => version !== "tls 1.2" && version !== "tls 1.3"),
    ...suites.filter((suite) => !GOOD_SUITE.test(suite)),
    ...groups.filter((group) => !GOOD_GROUP.test(group)),
    ...rows(/<(renegotiation|compression) supported="1"/g),
    ...rows(/<(heartbleed) sslversion="([^"]+)" vulnerable="1"/g),
    ...rows(/<signature-algorithm>(.*(?:SHA1|MD5).*)</gi),
  ];
}

function slowly(...mode: readonly string[]): Scan["run"] {
  return async (target, folder) => {
    const fixed = ["-c", "100", "-r", "100", "-p", String(PROBE_SECONDS), "-u", at(target, PATHS.signIn)];
    const said = await runTool("slowhttptest", [...mode, ...fixed], folder, SCAN_MS_MAX);
    const ended = /Exit status:\s+(.+)/.exec(said)?.[1];
    if (ended === undefined || !/service available:/.test(said)) throw new Error(`slowhttptest could not scan:\n${said}`);
    return [
      ...(/service available:\s+NO/.test(said) ? ["out of service"] : []),
      ...(ended.startsWith("No open connections") ? [] : [`connections were held to the end (${ended})`]),
    ];
  };
}
