import { Buffer } from "node:buffer";
import { answerHead } from "./answer-head.ts";
import { ANSWER_BYTES_MAX, type AnyResponse, type Protection, type Refusal } from "./contract.ts";
import type { Passage } from "./passage.ts";
import { type OwnMethods, ownMethods, sendRefusal } from "./refuse.ts";

/** `open`: nothing written yet; `held`: the beginning waits for its verdict; `passed`: what is written goes out; `refused`: it does not. */
type State = "open" | "held" | "passed" | "refused";

interface Gate {
  readonly state: State;
  /** The head as given to `writeHead`: judged before anything is sent. */
  head(given: readonly unknown[]): void;
  hold(chunk: unknown, encoding: unknown): void;
  /** Judges what is held, and lets it go. */
  release(): void;
}

/**
 * Stands between an application and its answer: the head is judged when it is written, and where rules look into answers their beginning
 * is held until it was judged. Event streams, upgrades and encoded answers go through at once.
 */
export function watchAnswer(response: AnyResponse, passage: Passage, protection: Protection): void {
  const own = ownMethods(response);
  const gate = createGate(response, { own, passage, bytesMax: protection.answerBytesMax ?? ANSWER_BYTES_MAX });
  let isImplied = false;
  const begin = (): State => {
    if (gate.state !== "open") return gate.state;
    // As Node does where nobody wrote a head: by way of whoever stands in front of us and adds headers at the last moment.
    isImplied = true;
    const outermost: unknown = Reflect.get(response, "writeHead");
    if (typeof outermost === "function") Reflect.apply(outermost, response, [response.statusCode]);
    if (gate.state === "open") gate.head([]);
    return gate.state;
  };
  Object.assign(response, {
    writeHead(...given: readonly unknown[]) {
      if (gate.state === "passed") own.writeHead(...given);
      // Node works out the length itself where nobody wrote a head: it is not for us to write one.
      else if (gate.state === "open") gate.head(isImplied ? [] : given);
      return response;
    },
    flushHeaders() {
      if (begin() === "passed") own.flushHeaders();
    },
    write(chunk: unknown, ...rest: readonly unknown[]) {
      const state = begin();
      if (state === "passed") return own.write(chunk, ...rest);
      if (state === "held") gate.hold(chunk, rest[0]);
      callBack(rest);
      return true;
    },
    end(...given: readonly unknown[]) {
      const state = begin();
      if (state === "passed") own.end(...given);
      if (state !== "held") return response;
      if (typeof given[0] !== "function") gate.hold(given[0], given[1]);
      gate.release();
      if (begin() === "passed") own.end(...given.filter((one) => typeof one === "function"));
      return response;
    },
  });
}

interface GateNeeds {
  readonly own: OwnMethods;
  readonly passage: Passage;
  readonly bytesMax: number;
}

function createGate(response: AnyResponse, { own, passage, bytesMax }: GateNeeds): Gate {
  let state: State = "open";
  let headGiven: readonly unknown[] = [];
  let held: Buffer[] = [];
  let heldBytes = 0;

  const settle = (next: State, refusal: Refusal | undefined): void => {
    state = refusal === undefined ? next : "refused";
    // Frameworks ask whether they may still change the head: no, for they have written it.
    if (state === "held") Object.defineProperty(response, "headersSent", { configurable: true, get: () => true });
    else Reflect.deleteProperty(response, "headersSent");
    if (state === "passed" && headGiven.length > 0) own.writeHead(...headGiven);
    if (state === "passed" && held.length > 0) own.write(Buffer.concat(held));
    if (refusal !== undefined) sendRefusal(response, refusal, { passage, own });
    if (state !== "held") held = [];
  };

  const release = (): void => {
    if (state === "held") settle("passed", passage.answerBody());
  };

  return {
    get state() {
      return state;
    },
    head(given) {
      headGiven = given;
      const head = answerHead(response, given);
      const refusal = passage.answer(head);
      const isEncoded = head.headers.some(([name, value]) => name.toLowerCase() === "content-encoding" && value !== "identity");
      settle(passage.watchesAnswer && !isEncoded ? "held" : "passed", refusal);
    },
    hold(chunk, encoding) {
      const bytes = bytesOf(chunk, encoding);
      if (bytes === undefined) return;
      held.push(bytes);
      heldBytes += bytes.length;
      const refusal = passage.feedAnswer(bytes);
      if (refusal !== undefined) settle("held", refusal);
      else if (heldBytes >= bytesMax) release();
    },
    release,
  };
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
