// One request through the built-in rules, without a network.
import { builtinRules } from "../../src/builtin/index.ts";
import { createWaf, type Transaction, type Verdict, type Waf } from "../../src/engine/index.ts";
import type { RuleSet } from "../../src/rule/index.ts";

export interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly type?: string;
  readonly body?: string;
}

export function openWaf(rules: RuleSet = builtinRules()): Waf {
  let count = 0;
  return createWaf({ rules, now: () => 1_795_000_000_000, newId: () => String(++count) });
}

/** The verdict on a request; texts are UTF-8. */
export function judge(waf: Waf, sent: Sent): { readonly verdict: Verdict; readonly transaction: Transaction } {
  const body = Buffer.from(sent.body ?? "");
  const bytes = (text: string): string => Buffer.from(text).toString("latin1");
  const transaction = waf.open({
    method: sent.method ?? (sent.body === undefined ? "GET" : "POST"),
    target: bytes(sent.target ?? "/"),
    protocol: "HTTP/1.1",
    headers: [
      ["Host", "www.example.com"],
      ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
      ...(sent.type === undefined ? [] : [["Content-Type", sent.type] as const]),
      ...(sent.body === undefined ? [] : [["Content-Length", String(body.length)] as const]),
      ...(sent.headers ?? []).map(([name, value]) => [name, bytes(value)] as const),
    ],
    remoteAddress: "192.0.2.1",
    remotePort: 50_000,
    serverAddress: "192.0.2.2",
    serverPort: 443,
  });
  let verdict = transaction.head();
  if (verdict.act === "allow" && body.length > 0) verdict = transaction.feed(body);
  if (verdict.act === "allow") verdict = transaction.body();
  transaction.close();
  return { verdict, transaction };
}
