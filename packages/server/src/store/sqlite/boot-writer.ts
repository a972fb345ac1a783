import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";

/** The writer's thread, not told yet which database it serves. */
export type WriterThread = Worker;

/**
 * Starts the writer's thread. It loads what it is made of at once, and opens nothing before it is told to: whoever starts it
 * early, and loads the rest of the house meanwhile, waits for neither. It keeps no process alive until it serves a database.
 */
export function bootWriter(): WriterThread {
  const thread = new Worker(new URL("./writer-thread.ts", import.meta.url), { env: compileCache() });
  thread.unref();
  return thread;
}

/** Of the environment a thread gets nothing but this, and only where the process has it: it halves the thread's start and memory. */
function compileCache(): { readonly NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir();
  // The runtime's own folder for its version lies in the one that it was given.
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}
