import {
  createWaf,
  type Match,
  type TraceEvent,
  type Transaction,
  VARIABLE_NAMES,
  type Verdict,
  type Waf,
  type WafNeeds,
} from "../../src/engine/index.ts";
import type { Pair, RequestHead } from "../../src/http/index.ts";
import { OPERATOR_NAMES } from "../../src/operator/index.ts";
import type { RuleSet } from "../../src/rule/index.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { TRANSFORMS } from "../../src/transform/index.ts";

export interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly protocol?: string;
  readonly headers?: readonly Pair[];
  readonly body?: string;
  readonly response?: { readonly status?: number; readonly headers?: readonly Pair[]; readonly body?: string };
}

export interface Outcome {
  readonly verdict: Verdict;
  /** The phase whose verdict it was; 5 where all let the request through. */
  readonly phase: number;
  /** Rules that matched, in order, each once. */
  readonly ids: readonly number[];
  readonly matches: readonly Match[];
  readonly transaction: Transaction;
}

export const START_MS = Date.UTC(2026, 2, 4, 5, 6, 7);

export function rulesOf(text: string): RuleSet {
  const known = { operators: OPERATOR_NAMES, transforms: TRANSFORMS.map(({ name }) => name), variables: VARIABLE_NAMES };
  return loadRules({ sources: [{ name: "test.conf", text }], known });
}

export function wafOf(text: string, more: Partial<WafNeeds> = {}): Waf {
  return createWaf({ rules: rulesOf(text), now: () => START_MS, newId: () => "the-id", ...more });
}

export function headOf({ method = "GET", target = "/", protocol = "HTTP/1.1", headers = [["Host", "shop.example"]] }: Sent): RequestHead {
  return {
    method,
    target,
    protocol,
    headers,
    remoteAddress: "192.0.2.7",
    remotePort: 4711,
    serverAddress: "198.51.100.1",
    serverPort: 443,
  };
}

/** Takes a request through all phases until one refuses it. */
export function send(waf: Waf, sent: Sent = {}, trace?: (event: TraceEvent) => void): Outcome {
  const transaction = waf.open(headOf(sent), trace === undefined ? {} : { trace });
  const { status = 200, headers = [["Content-Type", "text/html"]], body = "" } = sent.response ?? {};
  const steps: (readonly [number, () => Verdict])[] = [
    [1, () => transaction.head()],
    [2, () => transaction.feed(Buffer.from(sent.body ?? "", "latin1"))],
    [2, () => transaction.body()],
    [3, () => transaction.response({ status, protocol: "HTTP/1.1", headers })],
    [4, () => transaction.feedResponse(Buffer.from(body, "latin1"))],
    [4, () => transaction.responseBody()],
  ];
  let verdict: Verdict = { act: "allow" };
  let phase = 5;
  for (const [number, step] of steps) {
    verdict = step();
    phase = number;
    if (verdict.act === "refuse") break;
  }
  transaction.close();
  const { matches } = transaction;
  return {
    verdict,
    phase: verdict.act === "refuse" ? phase : 5,
    ids: [...new Set(matches.map(({ ruleId }) => ruleId))],
    matches,
    transaction,
  };
}

/** What a rule sees of a variable: `name=value` for each entry. */
export function seen(variable: string, phase: number, sent: Sent, settings = ""): readonly string[] {
  const values: string[] = [];
  send(wafOf(`${settings}\nSecRule ${variable} "@unconditionalMatch" "id:1,phase:${phase},pass"`), sent, (event) => {
    if (event.kind === "test") values.push(`${event.variable}=${event.value}`);
  });
  return values;
}
