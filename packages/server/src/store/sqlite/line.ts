import type { Worker } from "node:worker_threads";
import { Fault } from "../../kit/index.ts";
import type { Schema } from "../../model/schema.ts";
import type { Opening } from "./driver.ts";
import type { GroupAnswer, PlainFault, Work } from "./work.ts";

export type WriterRequest =
  /** Once, and first: its answer says whether the thread could open the database. */
  | { readonly ask: "open"; readonly opening: Opening }
  | { readonly ask: "group"; readonly works: readonly Work[] }
  | { readonly ask: "migrate"; readonly schema: Schema }
  | { readonly ask: "close" };

export type WriterAnswer =
  | ({ readonly answer: "group" } & GroupAnswer)
  | { readonly answer: "done"; readonly sentences: readonly string[] }
  | { readonly answer: "fault"; readonly fault: PlainFault };

/** The talk with the writer's thread: one answer for each request, in their order. */
export interface Line {
  ask(request: WriterRequest): Promise<WriterAnswer>;
  /** Why nothing can be asked any more, once that is so. */
  ended(): Fault | undefined;
  /** Resolves when the thread is gone. */
  readonly gone: Promise<void>;
}

export function openLine(thread: Worker): Line {
  const pending: ((answer: WriterAnswer) => void)[] = [];
  let ended: Fault | undefined;

  const wait = (): Promise<WriterAnswer> =>
    new Promise((resolve) => {
      pending.push(resolve);
    });
  const end = (cause: unknown): void => {
    ended ??= new Fault("store.unavailable", "The database is closed.", { cause });
    for (const resolve of pending.splice(0)) resolve(LOST);
  };

  thread.on("message", (answer: WriterAnswer) => pending.shift()?.(answer));
  thread.on("error", end);
  const gone = new Promise<void>((resolve) => {
    thread.once("exit", () => {
      end("The writer's thread has ended.");
      resolve();
    });
  });

  return {
    ask(request) {
      if (ended !== undefined) return Promise.reject(ended);
      const answer = wait();
      try {
        thread.postMessage(request);
      } catch (cause) {
        // What cannot be sent has not been asked.
        pending.pop();
        return Promise.reject(new Fault("data.invalid", "This cannot be handed to the writer.", { cause }));
      }
      return answer;
    },
    ended: () => ended,
    gone,
  };
}

/** The thread died with a request in its hands. */
const LOST: WriterAnswer = {
  answer: "fault",
  fault: {
    code: "store.outcome_unknown",
    message: "The writer ended before it could tell what became of this. Look before you try again.",
  },
};
