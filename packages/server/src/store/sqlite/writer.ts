import { Worker } from "node:worker_threads";
import { Fault } from "../../kit/index.ts";
import type { Schema } from "../../model/schema.ts";
import type { Position, Receipt } from "../contract.ts";
import type { Opening } from "./driver.ts";
import type { GroupAnswer } from "./group.ts";
import { faultFromPlain, type PlainFault, type Work } from "./work.ts";

const GROUP_BATCHES_MAX = 512;
const QUEUE_BATCHES_MAX = 20_000;
const BUSY_RETRY_MS = 1_000;

export type WriterRequest =
  | { readonly ask: "group"; readonly works: readonly Work[] }
  | { readonly ask: "migrate"; readonly schema: Schema }
  | { readonly ask: "close" };

export type WriterAnswer =
  | ({ readonly answer: "group" } & GroupAnswer)
  | { readonly answer: "done"; readonly sentences: readonly string[] }
  | { readonly answer: "fault"; readonly fault: PlainFault };

export interface Writer {
  commit(work: Work): Promise<Receipt>;
  migrate(schema: Schema): Promise<readonly string[]>;
  /** After all that is queued. */
  close(): Promise<void>;
}

interface Waiting {
  readonly work: Work;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (fault: Fault) => void;
}

/** Starts the writer's thread. While one group is on its way, what arrives becomes the next: no timer, no size to tune. */
export async function startWriter(opening: Opening, onCommit: (position: Position) => void): Promise<Writer> {
  const thread = new Worker(new URL("./writer-thread.ts", import.meta.url), { workerData: opening, env: {} });
  const queue: Waiting[] = [];
  let pending: ((answer: WriterAnswer) => void) | undefined;
  let ended: Fault | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let isScheduled = false;

  thread.on("message", (answer: WriterAnswer) => settle(answer));
  thread.on("error", (cause) => end("The writer's thread has ended.", cause));
  thread.on("exit", () => end("The writer's thread has ended.", undefined));

  function settle(answer: WriterAnswer): void {
    const waiting = pending;
    pending = undefined;
    waiting?.(answer);
  }

  function end(message: string, cause: unknown): void {
    ended ??= new Fault("store.unavailable", "The database is closed.", { cause: cause ?? message });
    settle({
      answer: "fault",
      fault: { code: "store.outcome_unknown", message: "The writer ended before it could tell what became of this.", cause: message },
    });
    for (const { reject } of queue.splice(0)) reject(ended);
  }

  function ask(request: WriterRequest): Promise<WriterAnswer> {
    const asked = turn.then(
      () =>
        new Promise<WriterAnswer>((resolve, reject) => {
          if (ended !== undefined) {
            reject(ended);
            return;
          }
          pending = resolve;
          thread.postMessage(request);
        }),
    );
    turn = asked.catch(() => undefined);
    return asked;
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const group = queue.splice(0, GROUP_BATCHES_MAX);
      try {
        deliver(group, await ask({ ask: "group", works: group.map(({ work }) => work) }), onCommit);
      } catch (error) {
        const fault =
          error instanceof Fault ? error : new Fault("data.invalid", "This batch cannot be handed to the writer.", { cause: error });
        for (const { reject } of group) reject(fault);
      }
    }
    isScheduled = false;
  }

  const first = await new Promise<WriterAnswer>((resolve) => {
    pending = resolve;
  });
  sentencesOf(first);

  return {
    commit(work) {
      if (ended !== undefined) return Promise.reject(ended);
      if (queue.length >= QUEUE_BATCHES_MAX)
        return Promise.reject(new Fault("server.busy", "Too many writes are waiting.", { detail: { retryAfterMs: BUSY_RETRY_MS } }));
      const written = new Promise<Receipt>((resolve, reject) => {
        queue.push({ work, resolve, reject });
      });
      if (!isScheduled) {
        isScheduled = true;
        // What is committed in the same turn of the loop goes together. The queue owns this promise; it never rejects.
        queueMicrotask(() => void drain());
      }
      return written;
    },
    migrate: async (schema) => sentencesOf(await ask({ ask: "migrate", schema })),
    async close() {
      if (ended !== undefined) return;
      await turn;
      const exited = new Promise<void>((resolve) => {
        thread.once("exit", () => resolve());
      });
      sentencesOf(await ask({ ask: "close" }));
      await exited;
    },
  };
}

function deliver(group: readonly Waiting[], answer: WriterAnswer, onCommit: (position: Position) => void): void {
  if (answer.answer !== "group") {
    const fault = answer.answer === "fault" ? faultFromPlain(answer.fault) : new Fault("internal", "The writer answered out of turn.");
    for (const { reject } of group) reject(fault);
    return;
  }
  for (const [at, { resolve, reject }] of group.entries()) {
    const outcome = answer.outcomes[at];
    if (outcome !== undefined && "receipt" in outcome) resolve(outcome.receipt);
    else reject(outcome === undefined ? new Fault("internal", "The writer lost an answer.") : faultFromPlain(outcome.fault));
  }
  onCommit(answer.position);
}

function sentencesOf(answer: WriterAnswer): readonly string[] {
  if (answer.answer === "fault") throw faultFromPlain(answer.fault);
  return answer.answer === "done" ? answer.sentences : [];
}
