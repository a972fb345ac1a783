import { judgeUnread, type Match, type Transaction, type Verdict } from "../engine/index.ts";
import type { Pair, RequestHead, ResponseHead } from "../http/index.ts";
import { BODY_BYTES_MAX, HELD_BYTES_MAX, type Protection, type Refusal } from "./contract.ts";
import { unopened } from "./unopened.ts";

const BAD_REQUEST_STATUS = 400;
const TOO_LARGE_STATUS = 413;
const BROKEN_STATUS = 500;
const BUSY_STATUS = 503;
/** What logs of nginx say where the client has gone before its answer. */
const GONE_STATUS = 499;
const NOTHING: readonly Pair[] = [];
const ALLOW: Verdict = { act: "allow" };

/** How a request ended, for whoever writes logs or adds headers. */
export interface Settled {
  readonly head: RequestHead;
  readonly transaction: Pick<Transaction, "id" | "score" | "wouldRefuse">;
  readonly matches: readonly Match[];
  readonly status: number;
  readonly refusal: Refusal | undefined;
}

/** Is told of every request, once, when all is known that will be and the head of its answer is not written yet. Gives headers for it. */
export type Witness = (settled: Settled) => readonly Pair[];

/** Bytes that are held for all requests of one firewall together. */
const heldBytes = new WeakMap<object, { bytes: number }>();

export function openPassage(protection: Protection, head: RequestHead, witness?: Witness): Passage {
  return new Passage(protection, head, witness);
}

/**
 * One request on its way through the firewall, as every adapter needs it. What throws is a refusal: a firewall that fails must not let
 * through. A class for its getters: in a literal they would be new functions for every request.
 */
export class Passage {
  readonly #protection: Protection;
  readonly #head: RequestHead;
  readonly #witness: Witness | undefined;
  readonly #transaction: Transaction;
  readonly #held: { bytes: number };
  #headVerdict: Verdict | undefined;
  #bodyBytes = 0;
  #ownHeldBytes = 0;
  #isSettled = false;
  #isClosed = false;

  constructor(protection: Protection, head: RequestHead, witness: Witness | undefined) {
    this.#protection = protection;
    this.#head = head;
    this.#witness = witness;
    this.#transaction = open(protection, head);
    const held = heldBytes.get(protection) ?? { bytes: 0 };
    heldBytes.set(protection, held);
    this.#held = held;
  }

  get id(): string {
    return this.#transaction.id;
  }

  /** Judges the head, before anything is read; asked again, it says the same. */
  head(): Refusal | undefined {
    this.#headVerdict ??= failClosed(() => this.#transaction.head());
    return refusalOf(this.#headVerdict);
  }

  /** Bytes of the body, in order, which the adapter holds until `free`. */
  feed(chunk: Uint8Array): Refusal | undefined {
    const { bodyBytesMax = BODY_BYTES_MAX, heldBytesMax = HELD_BYTES_MAX } = this.#protection;
    this.#bodyBytes += chunk.length;
    this.#ownHeldBytes += chunk.length;
    this.#held.bytes += chunk.length;
    const refusal = refusalOf(failClosed(() => this.#transaction.feed(chunk)));
    // What nobody looks at goes on at once.
    if (refusal !== undefined || !this.watchesBody) return refusal;
    if (this.#bodyBytes > bodyBytesMax)
      return {
        status: TOO_LARGE_STATUS,
        ruleId: 0,
        reason: `The body is larger than the ${bodyBytesMax} bytes that are held (bodyBytesMax).`,
      };
    if (this.#held.bytes > heldBytesMax)
      return { status: BUSY_STATUS, ruleId: 0, reason: `More than ${heldBytesMax} bytes of bodies are held at once (heldBytesMax).` };
    return undefined;
  }

  /** What was fed is no longer held. */
  free(): void {
    this.#held.bytes -= this.#ownHeldBytes;
    this.#ownHeldBytes = 0;
  }

  /** Does the firewall look at more of the body? */
  get watchesBody(): boolean {
    return this.#transaction.watchesBody ?? true;
  }

  /** The body has ended, or all of it that is looked at; `trailers` are headers that came behind it. */
  body(trailers: readonly string[] = []): Refusal | undefined {
    return refusalOf(failClosed(() => this.#transaction.body())) ?? (this.refusesUnread ? this.#unread(trailers) : undefined);
  }

  get refusesUnread(): boolean {
    return (this.#protection.unreadable ?? "refuse") === "refuse";
  }

  /** What rules could not see must not reach the application unseen. */
  #unread(trailers: readonly string[]): Refusal | undefined {
    // Rules have looked at the headers long ago, and the application may look at these.
    if (trailers.length > 0) return { status: BAD_REQUEST_STATUS, ruleId: 0, reason: "Headers came behind the body, where no rule looks." };
    return judgeUnread(this.#transaction, this.#bodyBytes);
  }

  answer(head: ResponseHead): Refusal | undefined {
    return refusalOf(failClosed(() => this.#transaction.response(head)));
  }

  get watchesAnswer(): boolean {
    return this.#transaction.watchesResponseBody;
  }

  feedAnswer(chunk: Uint8Array): Refusal | undefined {
    return refusalOf(failClosed(() => this.#transaction.feedResponse(chunk)));
  }

  /** The answer has ended, or all of it that is looked at, which may be nothing. */
  answerBody(): Refusal | undefined {
    return refusalOf(failClosed(() => this.#transaction.responseBody()));
  }

  /** The verdict stands: tells whoever wants to know. Gives headers for the answer. */
  settle(status: number, refusal?: Refusal): readonly Pair[] {
    if (refusal !== undefined && !this.#isSettled) this.#tell(refusal);
    if (this.#witness === undefined || this.#isSettled) return NOTHING;
    this.#isSettled = true;
    this.#end();
    const transaction = this.#transaction;
    return this.#witness({ head: this.#head, transaction, matches: transaction.logged, status, refusal });
  }

  #tell({ status, ruleId, reason }: Refusal): void {
    const { onRefused } = this.#protection;
    if (onRefused === undefined) return;
    const { id, score, logged, bodyFacts } = this.#transaction;
    onRefused({ id, status, ruleId, reason, fault: bodyFacts?.fault, score, matches: logged });
  }

  /** To be called once at the end, whatever came before. */
  close(): void {
    this.free();
    this.settle(GONE_STATUS);
    this.#end();
  }

  #end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    failClosed(() => {
      this.#transaction.close();
      return ALLOW;
    });
  }
}

function open({ waf }: Protection, head: RequestHead): Transaction {
  try {
    return waf.open(head);
  } catch (error) {
    return unopened(error);
  }
}

function failClosed(act: () => Verdict): Verdict {
  try {
    return act();
  } catch (error) {
    const reason = `The firewall failed: ${error instanceof Error ? error.message : String(error)}`;
    return { act: "refuse", status: BROKEN_STATUS, ruleId: 0, reason };
  }
}

function refusalOf(verdict: Verdict): Refusal | undefined {
  return verdict.act === "refuse" ? verdict : undefined;
}

/** What a refused client reads: an id to quote, and nothing else. */
export function refusalText(id: string): string {
  return `Refused. Reference: ${id}\n`;
}
