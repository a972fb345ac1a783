import type { Transaction, Verdict, Waf } from "../../src/engine/index.ts";
import { KNOWN_NAMES } from "../../src/engine/index.ts";
import { createGuard, type Guard, type Policy } from "../../src/guard/index.ts";
import { parseRawRequest } from "../../src/http/index.ts";
import type { RuleSet } from "../../src/rule/index.ts";
import { loadRules } from "../../src/seclang/index.ts";

const RULES = `
SecRule ARGS "@contains attack" "id:100,phase:2,deny,status:403,log,msg:'an attack',tag:'attack-test'"
SecRule REQUEST_COOKIES "@contains attack" "id:101,phase:1,deny,status:403,log,msg:'a cookie',tag:'attack-test'"
SecRule REQUEST_FILENAME "@contains attack" "id:102,phase:1,deny,status:403,log,msg:'a path'"
`;

export function rules(extra = ""): RuleSet {
  return loadRules({ sources: [{ name: "rules.conf", text: RULES + extra }], known: KNOWN_NAMES });
}

export const NOW = Date.parse("2026-11-21T12:00:00Z");
export const TOMORROW = new Date(NOW + 86_400_000);
export const YESTERDAY = new Date(NOW - 86_400_000);

/** A guard whose clock can be set. */
export function guarded(policy: Policy, extra = ""): { readonly guard: Guard; readonly clock: { nowMs: number } } {
  const clock = { nowMs: NOW };
  const guard = createGuard({ rules: rules(extra), policy, now: () => clock.nowMs, newId: () => "t" });
  return { guard, clock };
}

export interface Said {
  readonly verdict: Verdict;
  readonly transaction: Transaction;
  readonly ids: readonly number[];
}

/** What is said to a raw request, in the order in which an adapter asks. */
export function ask(waf: Waf, request: string): Said {
  const { head, body } = parseRawRequest(Buffer.from(request, "latin1"));
  const transaction = waf.open(head);
  let verdict = transaction.head();
  if (verdict.act === "allow" && body.length > 0) verdict = transaction.feed(body);
  if (verdict.act === "allow") verdict = transaction.body();
  transaction.close();
  const ids = transaction.matches.filter((match) => !match.isQuiet).map((match) => match.ruleId);
  return { verdict, transaction, ids };
}

export function get(target: string, headers = ""): string {
  return `GET ${target} HTTP/1.1\r\nHost: a.example\r\n${headers}\r\n`;
}

export function post(target: string, type: string, body: string): string {
  return `POST ${target} HTTP/1.1\r\nHost: a.example\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

export const FORM = "application/x-www-form-urlencoded";
