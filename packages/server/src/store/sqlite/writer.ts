import { Fault } from "../../kit/index.ts";
import type { Schema } from "../../model/schema.ts";
import type { Receipt } from "../contract.ts";
import type { WriterThread } from "./boot-writer.ts";
import type { Opening } from "./driver.ts";
import { type Line, openLine, type WriterAnswer } from "./line.ts";
import { faultFromPlain, type Work } from "./work.ts";

const GROUP_BATCHES_MAX = 512;
const QUEUE_BATCHES_MAX = 20_000;
const BUSY_RETRY_MS = 1_000;

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

/** Has the thread open a database. While one group is on its way, what arrives becomes the next: no timer, no size to tune. */
export async function startWriter(thread: WriterThread, opening: Opening, onAnswer: () => void): Promise<Writer> {
  thread.ref();
  const line = openLine(thread);
  const opened = await line.ask({ ask: "open", opening });
  if (opened.answer === "fault") {
    await thread.terminate();
    throw faultFromPlain(opened.fault);
  }
  const queue: Waiting[] = [];
  let draining: Promise<void> | undefined;

  async function drain(): Promise<void> {
    // What is committed in the same turn of the loop goes together.
    await Promise.resolve();
    while (queue.length > 0) await send(line, queue.splice(0, GROUP_BATCHES_MAX), onAnswer);
    draining = undefined;
  }

  return {
    commit(work) {
      const ended = line.ended();
      if (ended !== undefined) return Promise.reject(ended);
      if (queue.length >= QUEUE_BATCHES_MAX) {
        return Promise.reject(new Fault("server.busy", "Too many writes are waiting.", { detail: { retryAfterMs: BUSY_RETRY_MS } }));
      }
      const written = new Promise<Receipt>((resolve, reject) => {
        queue.push({ work, resolve, reject });
      });
      draining ??= drain();
      return written;
    },
    migrate: async (schema) => sentencesOf(await line.ask({ ask: "migrate", schema })),
    async close() {
      while (draining !== undefined) await draining;
      if (line.ended() === undefined) sentencesOf(await line.ask({ ask: "close" }));
      await line.gone;
    },
  };
}

/** Never throws: each member of the group gets its own answer. */
async function send(line: Line, group: readonly Waiting[], onAnswer: () => void): Promise<void> {
  try {
    const answer = await line.ask({ ask: "group", works: group.map(({ work }) => work) });
    if (answer.answer === "fault") throw faultFromPlain(answer.fault);
    const outcomes = answer.answer === "group" ? answer.outcomes : [];
    for (const [at, { resolve, reject }] of group.entries()) {
      const outcome = outcomes[at];
      if (outcome === undefined) reject(new Fault("internal", "The writer lost an answer."));
      else if ("receipt" in outcome) resolve(outcome.receipt);
      else reject(faultFromPlain(outcome.fault));
    }
  } catch (error) {
    const fault = error instanceof Fault ? error : new Fault("internal", "The writer cannot be reached.", { cause: error });
    for (const { reject } of group) reject(fault);
  } finally {
    // Before any of them goes on: what is read after an answer must not be older than it.
    onAnswer();
  }
}

function sentencesOf(answer: WriterAnswer): readonly string[] {
  if (answer.answer === "fault") throw faultFromPlain(answer.fault);
  return answer.answer === "done" ? answer.sentences : [];
}
