import type { Match, Transaction, Verdict } from "../../engine/contract.ts";
import { judgeUnread } from "../../engine/index.ts";
import type { RequestHead, ResponseHead } from "../../http/index.ts";
import { excerpt } from "../../text/index.ts";
import type { ListenerNeeds, Refusal } from "./contract.ts";

const STATUS_OF_A_BROKEN_ENGINE = 500;

/** One request on its way through the engine. What throws is a refusal: a firewall that fails must not let through. */
export interface Passage {
  readonly id: string;
  head(): Refusal | undefined;
  feed(chunk: Uint8Array): Refusal | undefined;
  body(): Refusal | undefined;
  response(head: ResponseHead): Refusal | undefined;
  feedResponse(chunk: Uint8Array): Refusal | undefined;
  /** Known after `response`: has the body of the answer to be shown as well? */
  readonly watchesResponseBody: boolean;
  responseBody(): Refusal | undefined;
  /** Ends the transaction and writes its record, once; gives the ids of the rules that matched and are logged. */
  end(status: number, refusal: Refusal | undefined): readonly number[];
}

type PassageNeeds = Pick<ListenerNeeds, "waf" | "settings" | "record" | "now">;

export function openPassage(needs: PassageNeeds, head: RequestHead): Passage {
  const transaction = needs.waf.open(head);
  const isBlocking = needs.settings.engine === "on";
  let ids: readonly number[] | undefined;
  let bytes = 0;
  const step = (act: () => Verdict): Refusal | undefined => {
    if (ids !== undefined) return undefined;
    const verdict = failClosed(act);
    return verdict.act === "refuse" ? verdict : undefined;
  };
  return {
    id: transaction.id,
    head: () => step(() => transaction.head()),
    feed: (chunk) => {
      bytes += chunk.length;
      return step(() => transaction.feed(chunk));
    },
    body: () =>
      step(() => {
        const verdict = transaction.body();
        return verdict.act === "refuse" || !isBlocking ? verdict : (judgeUnread(transaction, bytes) ?? verdict);
      }),
    response: (answer) => step(() => transaction.response(answer)),
    get watchesResponseBody() {
      return transaction.watchesResponseBody;
    },
    feedResponse: (chunk) => step(() => transaction.feedResponse(chunk)),
    responseBody: () => step(() => transaction.responseBody()),
    end: (status, refusal) => {
      if (ids === undefined) {
        const broken = step(() => {
          transaction.close();
          return { act: "allow" };
        });
        // Rules with `nolog` steer the others; ModSecurity does not name them either.
        const matches = transaction.logged;
        ids = [...new Set(matches.map((match) => match.ruleId))];
        writeRecord({ needs, head, transaction, matches, status, refusal: refusal ?? broken });
      }
      return ids;
    },
  };
}

function failClosed(act: () => Verdict): Verdict {
  try {
    return act();
  } catch (error) {
    const reason = `the engine failed: ${error instanceof Error ? error.message : String(error)}`;
    return { act: "refuse", status: STATUS_OF_A_BROKEN_ENGINE, ruleId: 0, reason };
  }
}

interface Ended {
  readonly needs: PassageNeeds;
  readonly head: RequestHead;
  readonly transaction: Transaction;
  readonly matches: readonly Match[];
  readonly status: number;
  readonly refusal: Refusal | undefined;
}

function writeRecord({ needs, head, transaction, matches, status, refusal }: Ended): void {
  if (refusal === undefined && matches.length === 0) return;
  const would = transaction.wouldRefuse;
  needs.record({
    at: new Date(needs.now()).toISOString(),
    id: transaction.id,
    remoteAddress: head.remoteAddress,
    remotePort: head.remotePort,
    method: excerpt(head.method),
    target: excerpt(head.target),
    status,
    act: refusal === undefined ? "matched" : "refused",
    ruleId: refusal === undefined || refusal.ruleId === 0 ? undefined : refusal.ruleId,
    // The message of the match has its macros filled in.
    reason: matches.find((match) => match.ruleId === refusal?.ruleId)?.message ?? refusal?.reason,
    wouldRefuse: would?.act === "refuse" ? would.status : undefined,
    score: transaction.score,
    matches,
  });
}
