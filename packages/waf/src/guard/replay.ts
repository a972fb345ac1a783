import type { Verdict, Waf } from "../engine/index.ts";
import type { ExplainedRequest } from "./explain.ts";

/** What one rule set says to one request. */
interface Judged {
  readonly verdict: Verdict;
  readonly rules: readonly number[];
  readonly score: number;
}

/** A request that two rule sets do not answer alike. */
export interface Difference {
  /** Its place among the requests, from 0. */
  readonly index: number;
  readonly request: ExplainedRequest;
  readonly before: Judged;
  readonly after: Judged;
}

export interface ReplayResult {
  readonly requests: number;
  /** Let through before and refused now: false alarms, unless the new rules found an attack. */
  readonly newlyRefused: readonly Difference[];
  readonly newlyAllowed: readonly Difference[];
  /** The same verdict for other reasons: other rules matched. */
  readonly otherRules: readonly Difference[];
}

/** Shows recorded requests to two firewalls and tells where they differ: before new rules or exclusions go live. */
export function replay(requests: Iterable<ExplainedRequest>, sides: { readonly before: Waf; readonly after: Waf }): ReplayResult {
  const newlyRefused: Difference[] = [];
  const newlyAllowed: Difference[] = [];
  const otherRules: Difference[] = [];
  let index = 0;
  for (const request of requests) {
    const difference: Difference = { index: index++, request, before: judge(sides.before, request), after: judge(sides.after, request) };
    const { before, after } = difference;
    if (before.verdict.act !== after.verdict.act) (after.verdict.act === "refuse" ? newlyRefused : newlyAllowed).push(difference);
    else if (before.rules.join() !== after.rules.join()) otherRules.push(difference);
  }
  return { requests: index, newlyRefused, newlyAllowed, otherRules };
}

/** In detection-only mode the verdict is what it would have been. */
function judge(waf: Waf, { head, body }: ExplainedRequest): Judged {
  const transaction = waf.open(head);
  let verdict = transaction.head();
  if (verdict.act === "allow" && body.length > 0) verdict = transaction.feed(body);
  if (verdict.act === "allow") verdict = transaction.body();
  transaction.close();
  const rules = new Set(transaction.logged.map((match) => match.ruleId));
  return { verdict: transaction.wouldRefuse ?? verdict, rules: [...rules].toSorted((a, b) => a - b), score: transaction.score };
}
