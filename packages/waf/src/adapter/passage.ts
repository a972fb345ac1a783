import { judgeUnread, type Transaction, type Verdict } from "../engine/index.ts";
import type { RequestHead, ResponseHead } from "../http/index.ts";
import { BODY_BYTES_MAX, type Protection, type Refusal } from "./contract.ts";

const BAD_REQUEST_STATUS = 400;
const TOO_LARGE_STATUS = 413;

/** One request on its way through the firewall, as every adapter needs it. */
export interface Passage {
  readonly id: string;
  /** Judges the head; before anything is read. */
  head(): Refusal | undefined;
  /** Bytes of the body, in order. */
  feed(chunk: Uint8Array): Refusal | undefined;
  /** The body has ended; `trailers` are headers that came behind it. */
  body(trailers?: readonly string[]): Refusal | undefined;
  answer(head: ResponseHead): Refusal | undefined;
  readonly watchesAnswer: boolean;
  feedAnswer(chunk: Uint8Array): Refusal | undefined;
  answerBody(): Refusal | undefined;
  /** Tells whoever wants to know that it was refused. */
  tell(refusal: Refusal): void;
  /** To be called once at the end, whatever came before. */
  close(): void;
}

export function openPassage(protection: Protection, head: RequestHead): Passage {
  const { waf, bodyBytesMax = BODY_BYTES_MAX, unreadable = "refuse", onRefused } = protection;
  const transaction = waf.open(head);
  let bytes = 0;

  return {
    id: transaction.id,
    head: () => refusalOf(transaction.head()),
    feed(chunk) {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) return { status: TOO_LARGE_STATUS, ruleId: 0, reason: "The body is larger than allowed." };
      return refusalOf(transaction.feed(chunk));
    },
    body: (trailers = []) => refusalOf(transaction.body()) ?? (unreadable === "refuse" ? unread(transaction, bytes, trailers) : undefined),
    answer: (answerHead) => refusalOf(transaction.response(answerHead)),
    get watchesAnswer() {
      return transaction.watchesResponseBody;
    },
    feedAnswer: (chunk) => refusalOf(transaction.feedResponse(chunk)),
    answerBody: () => refusalOf(transaction.responseBody()),
    tell({ status, ruleId, reason }) {
      const { id, score, logged, bodyFacts } = transaction;
      onRefused?.({ id, status, ruleId, reason, fault: bodyFacts?.fault, score, matches: logged });
    },
    close: () => transaction.close(),
  };
}

function refusalOf(verdict: Verdict): Refusal | undefined {
  return verdict.act === "refuse" ? verdict : undefined;
}

/** What rules could not see must not reach the application unseen. */
function unread(transaction: Transaction, bytes: number, trailers: readonly string[]): Refusal | undefined {
  // Rules have looked at the headers long ago, and the application may look at these.
  if (trailers.length > 0) return { status: BAD_REQUEST_STATUS, ruleId: 0, reason: "Headers came behind the body, where no rule looks." };
  return judgeUnread(transaction, bytes);
}

/** What a refused client reads: an id to quote, and nothing else. */
export function refusalText(id: string): string {
  return `Refused. Reference: ${id}\n`;
}
