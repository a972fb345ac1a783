import { Buffer } from "node:buffer";
import type { Pair } from "../http/index.ts";
import { answerHead } from "./answer-head.ts";
import { ANSWER_BYTES_MAX, type AnyResponse, type Protection, type Refusal } from "./contract.ts";
import type { Passage } from "./passage.ts";
import { OwnMethods, sendRefusal, setHeaders } from "./refuse.ts";

/** `open`: nothing written yet; `held`: the beginning waits for its verdict; `passed`: what is written goes out; `refused`: it does not. */
type State = "open" | "held" | "passed" | "refused";

/** An answer under watch. */
export interface WatchedAnswer {
  /** Says something else instead. False: it is too late, something is on its way. */
  refuse(refusal: Refusal): boolean;
}

/**
 * Stands between an application and its answer: the head is judged when it is written, and where rules look into answers their beginning
 * is held until it was judged. Event streams, upgrades and encoded answers go through at once.
 */
export function watchAnswer(response: AnyResponse, passage: Passage, protection: Protection): WatchedAnswer {
  const gate = new Gate(response, passage, protection.answerBytesMax ?? ANSWER_BYTES_MAX);
  Object.assign(response, {
    writeHead(...given: readonly unknown[]) {
      gate.writeHead(given);
      return response;
    },
    flushHeaders: () => gate.flushHeaders(),
    write: (chunk: unknown, ...rest: readonly unknown[]) => gate.write(chunk, rest),
    end(...given: readonly unknown[]) {
      gate.end(given);
      return response;
    },
  });
  return gate;
}

class Gate implements WatchedAnswer {
  readonly #response: AnyResponse;
  readonly #own: OwnMethods;
  readonly #passage: Passage;
  readonly #bytesMax: number;
  #state: State = "open";
  #status = 0;
  /** Somebody wrote without a head, and Node is to write its own. */
  #isImplied = false;
  #headGiven: readonly unknown[] = [];
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(response: AnyResponse, passage: Passage, bytesMax: number) {
    this.#response = response;
    this.#own = new OwnMethods(response);
    this.#passage = passage;
    this.#bytesMax = bytesMax;
  }

  writeHead(given: readonly unknown[]): void {
    if (this.#state === "passed") this.#own.call("writeHead", given);
    // Node works out the length itself where nobody wrote a head: it is not for us to write one.
    else if (this.#state === "open") this.#head(this.#isImplied ? [] : given);
  }

  flushHeaders(): void {
    if (this.#begin() === "passed") this.#own.call("flushHeaders", []);
  }

  write(chunk: unknown, rest: readonly unknown[]): unknown {
    const state = this.#begin();
    if (state === "passed") return this.#own.call("write", [chunk, ...rest]);
    if (state === "held") this.#hold(chunk, rest[0]);
    callBack(rest);
    return true;
  }

  end(given: readonly unknown[]): void {
    const state = this.#begin();
    if (state === "passed") this.#own.call("end", given);
    if (state !== "held") return;
    if (typeof given[0] !== "function") this.#hold(given[0], given[1]);
    this.#release();
    if (this.#begin() === "passed")
      this.#own.call(
        "end",
        given.filter((one) => typeof one === "function"),
      );
  }

  refuse(refusal: Refusal): boolean {
    if (this.#state === "passed") return false;
    if (this.#state !== "refused") this.#settle("refused", refusal);
    return true;
  }

  /** As Node does where nobody wrote a head: by way of whoever stands in front of us and adds headers at the last moment. */
  #begin(): State {
    if (this.#state !== "open") return this.#state;
    this.#isImplied = true;
    const outermost: unknown = Reflect.get(this.#response, "writeHead");
    if (typeof outermost === "function") Reflect.apply(outermost, this.#response, [this.#response.statusCode]);
    if (this.#state === "open") this.#head([]);
    return this.#state;
  }

  #head(given: readonly unknown[]): void {
    this.#headGiven = given;
    const head = answerHead(this.#response, given);
    this.#status = head.status;
    const refusal = this.#passage.answer(head);
    if (refusal === undefined && this.#passage.watchesAnswer && !isEncoded(head.headers)) this.#settle("held", undefined);
    else this.#settle("passed", refusal ?? this.#passage.answerBody());
  }

  #hold(chunk: unknown, encoding: unknown): void {
    const bytes = bytesOf(chunk, encoding);
    if (bytes === undefined) return;
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    const refusal = this.#passage.feedAnswer(bytes);
    if (refusal !== undefined) this.#settle("held", refusal);
    else if (this.#heldBytes >= this.#bytesMax) this.#release();
  }

  /** Judges what is held, and lets it go. */
  #release(): void {
    if (this.#state === "held") this.#settle("passed", this.#passage.answerBody());
  }

  #settle(next: State, refusal: Refusal | undefined): void {
    this.#state = refusal === undefined ? next : "refused";
    // Frameworks ask whether they may still change the head: no, for they have written it.
    if (this.#state === "held") Object.defineProperty(this.#response, "headersSent", HEADERS_SENT);
    if (this.#state === "passed") this.#sendHead();
    if (this.#state === "passed" && this.#held.length > 0) this.#own.call("write", [Buffer.concat(this.#held)]);
    if (refusal !== undefined) sendRefusal(this.#response, refusal, { passage: this.#passage, own: this.#own });
    if (this.#state !== "held") this.#held = [];
  }

  #sendHead(): void {
    const added = this.#passage.settle(this.#status);
    const list: unknown = this.#headGiven.at(-1);
    // Node merges a list with headers that were set one by one at a price.
    if (Array.isArray(list)) this.#headGiven = [...this.#headGiven.slice(0, -1), [...without(list, added), ...added.flat()]];
    else setHeaders(this.#response, added);
    if (this.#headGiven.length > 0) this.#own.call("writeHead", this.#headGiven);
  }
}

/** What somebody else says in headers that are ours to write is not passed on. `list` has names and values in turn. */
function without(list: readonly unknown[], ours: readonly Pair[]): readonly unknown[] {
  if (ours.length === 0) return list;
  const names = new Set(ours.map(([name]) => name.toLowerCase()));
  return list.filter((_, at) => !names.has(String(list[at - (at % 2)]).toLowerCase()));
}

/** One for all, and never taken back: it stays true. */
const HEADERS_SENT = { configurable: true, get: () => true };

export function isEncoded(headers: readonly Pair[]): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === "content-encoding" && value !== "identity");
}

/** Whoever waits for a write to be done is told so: the answer is in our hands. */
function callBack(given: readonly unknown[]): void {
  const done = given.find((one) => typeof one === "function");
  if (typeof done === "function") process.nextTick(() => done());
}

function bytesOf(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (chunk instanceof Uint8Array) return Buffer.from(chunk);
  if (typeof chunk !== "string") return undefined;
  return Buffer.from(chunk, typeof encoding === "string" && Buffer.isEncoding(encoding) ? encoding : "utf8");
}
