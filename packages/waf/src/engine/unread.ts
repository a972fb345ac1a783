import type { Transaction, Verdict } from "./contract.ts";

const BAD_REQUEST_STATUS = 400;
const TOO_LARGE_STATUS = 413;

/**
 * What becomes of a body that no rule could see: it must not reach the application unseen, whatever rules are loaded. `bytes` have come;
 * whether a body may be cut is for the rule set to say. Undefined where all of it was read.
 */
export function judgeUnread({ bodyFacts }: Pick<Transaction, "bodyFacts">, bytes: number): Extract<Verdict, { act: "refuse" }> | undefined {
  if (bodyFacts?.fault === undefined || bodyFacts.error === undefined) return undefined;
  const isLimit = bodyFacts.fault === "limit";
  if (isLimit && bytes > bodyFacts.raw.length) return undefined;
  return { act: "refuse", status: isLimit ? TOO_LARGE_STATUS : BAD_REQUEST_STATUS, ruleId: 0, reason: bodyFacts.error };
}
