import { getCompileCacheDir } from "node:module";
import { Worker } from "node:worker_threads";
import { Fault, threadEnvironment } from "../kit/index.ts";
import type { Argon2Parameters } from "./argon2.ts";

/** Hashes without holding up whoever asks. */
export type Hashing = (password: Uint8Array, salt: Uint8Array, parameters: Argon2Parameters, bytes: number) => Promise<Uint8Array>;

/** One job of a hashing thread. */
export interface HashingJob {
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly parameters: Argon2Parameters;
  readonly bytes: number;
}

export type HashingAnswer = { readonly tag: Uint8Array } | { readonly trouble: string };

/** What a thread says first of all: its number among the system's threads; undefined where the system tells none. */
export interface HashingHello {
  readonly systemThread: number | undefined;
}

/** A hashing thread loads one function and keeps nothing. */
const HEAP_MIB = { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 };

/** Like the runtime's own pool, these are the process's: as many as have ever been needed at one time, and none before the first. */
const idle: Worker[] = [];

/**
 * argon2id on threads of its own, which the system serves after all others: a storm of guesses takes what the requests leave,
 * where the runtime's pool would take half of a small machine. How many run at one time is the caller's to bound.
 */
export const hashing: Hashing = async (password, salt, parameters, bytes) => {
  const thread = idle.pop() ?? startThread();
  const answer = await ask(thread, { password, salt, parameters, bytes });
  idle.push(thread);
  if ("trouble" in answer) throw new Fault("internal", "The password could not be hashed.", { cause: answer.trouble });
  return answer.tag;
};

let tellOf: (systemThread: number) => void = () => undefined;

/**
 * Starts the first thread, so that the first who signs in does not wait for it. `started` hears of every thread that starts from now on,
 * by its number among the system's threads, so that whoever may start commands can have the system serve it last of all.
 */
export function bootHashing(started: (systemThread: number) => void): void {
  tellOf = started;
  if (idle.length === 0) idle.push(startThread());
}

function startThread(): Worker {
  const env = threadEnvironment(getCompileCacheDir());
  const thread = new Worker(new URL("./hashing-thread.ts", import.meta.url), { env, resourceLimits: HEAP_MIB });
  const forget = (): void => {
    const at = idle.indexOf(thread);
    if (at >= 0) idle.splice(at, 1);
  };
  // One that ends while nobody waits for it is not asked again; whoever waits hears of it below.
  thread.on("error", forget);
  thread.on("exit", forget);
  thread.once("message", ({ systemThread }: HashingHello) => systemThread !== undefined && tellOf(systemThread));
  thread.unref();
  return thread;
}

/** A thread that dies with a job fails that job, and is not used again. */
function ask(thread: Worker, job: HashingJob): Promise<HashingAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      thread.off("message", onAnswer).off("error", onEnd).off("exit", onEnd).unref();
      finish();
    };
    const onAnswer = (answer: HashingAnswer | HashingHello): void => {
      if (!("systemThread" in answer)) settle(() => resolve(answer));
    };
    const onEnd = (cause: unknown): void => settle(() => reject(new Fault("internal", "The password could not be hashed.", { cause })));
    thread.on("message", onAnswer).on("error", onEnd).on("exit", onEnd).ref();
    thread.postMessage(job);
  });
}
