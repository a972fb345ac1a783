import { Buffer } from "node:buffer";
import type { Protection, Refused } from "../../src/adapter/contract.ts";
import { openBody, planBody } from "../../src/body/index.ts";
import type { Transaction, Verdict } from "../../src/engine/index.ts";
import type { RequestHead, ResponseHead } from "../../src/http/index.ts";
import { LIMITS } from "../body/read.ts";

const ALLOW: Verdict = { act: "allow" };

/** What a firewall was shown, in order. */
export interface Shown {
  readonly heads: RequestHead[];
  readonly answers: ResponseHead[];
  readonly refused: Refused[];
  closed: number;
}

/** A firewall by hand: refuses where `evil` stands in the target, the body, a header of the answer or its body. */
export function handMade(options: Partial<Protection> & { readonly watchesAnswers?: boolean } = {}): {
  protection: Protection;
  shown: Shown;
} {
  const shown: Shown = { heads: [], answers: [], refused: [], closed: 0 };
  const { watchesAnswers = false, ...rest } = options;
  const open = (head: RequestHead): Transaction => {
    shown.heads.push(head);
    const reader = openBody(planBody(head.headers), LIMITS);
    let answer = "";
    let facts: Transaction["bodyFacts"];
    let isWatching = false;
    return {
      id: `id-${shown.heads.length}`,
      head: () => judge(head.target),
      feed: (chunk) => {
        reader.feed(chunk);
        return ALLOW;
      },
      body: () => {
        facts = reader.end();
        return judge(facts.raw);
      },
      response: (given) => {
        shown.answers.push(given);
        isWatching = watchesAnswers && !given.headers.some(([, value]) => value.includes("event-stream"));
        return judge(given.headers.join());
      },
      feedResponse: (chunk) => {
        answer += Buffer.from(chunk).toString();
        return ALLOW;
      },
      responseBody: () => judge(answer),
      close: () => {
        shown.closed++;
      },
      matches: [],
      logged: [],
      wouldRefuse: undefined,
      get bodyFacts() {
        return facts;
      },
      score: 0,
      get watchesResponseBody() {
        return isWatching;
      },
      steps: 0,
    };
  };
  return { protection: { waf: { open }, onRefused: (refused) => shown.refused.push(refused), ...rest }, shown };
}

function judge(text: string): Verdict {
  if (text.includes("evil")) return { act: "refuse", status: 403, ruleId: 7, reason: "evil" };
  if (text.includes("elsewhere")) return { act: "refuse", status: 302, ruleId: 8, reason: "moved", location: "/away" };
  return text.includes("drop-it") ? { act: "refuse", status: 403, ruleId: 9, reason: "dropped", drop: true } : ALLOW;
}
