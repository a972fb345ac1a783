import { getCompileCacheDir } from "node:module";
import { Worker } from "node:worker_threads";
import { threadEnvironment } from "../../kit/threads.ts";

/** The writer's thread, not told yet which database it serves. */
export type WriterThread = Worker;

/**
 * Starts the writer's thread. It loads what it is made of at once, and opens nothing before it is told to: whoever starts it
 * early, and loads the rest of the house meanwhile, waits for neither. It keeps no process alive until it serves a database.
 */
export function bootWriter(): WriterThread {
  const thread = new Worker(new URL("./writer-thread.ts", import.meta.url), { env: threadEnvironment(getCompileCacheDir()) });
  thread.unref();
  return thread;
}
