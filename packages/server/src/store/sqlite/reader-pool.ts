import { Fault } from "../../kit/index.ts";
import type { Reader } from "./reader.ts";
import { readFault } from "./work.ts";

/** Each may come to hold a cache of 64 MB. */
const READERS_MAX = 8;
const WAITING_MAX = 2_000;
const BUSY_RETRY_MS = 1_000;

/** A bounded pool of connections that read, opened as they are needed; the one used last is taken first, for its warm cache. */
export interface ReaderPool {
  /** `undefined` when all are in use: then wait. */
  take(): Reader | undefined;
  wait(): Promise<Reader>;
  giveBack(reader: Reader): void;
  close(): void;
}

type Waiting = { readonly resolve: (reader: Reader) => void; readonly reject: (fault: Fault) => void };

export function createReaderPool(open: () => Reader): ReaderPool {
  const idle: Reader[] = [];
  const waiting: Waiting[] = [];
  let opened = 0;
  let isClosed = false;

  return {
    take() {
      if (isClosed) throw closed();
      const warm = idle.pop();
      if (warm !== undefined || opened >= READERS_MAX) return warm;
      const fresh = opening(open);
      opened += 1;
      return fresh;
    },
    wait() {
      if (waiting.length >= WAITING_MAX)
        throw new Fault("server.busy", "Too many reads are waiting.", { detail: { retryAfterMs: BUSY_RETRY_MS } });
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
      });
    },
    giveBack(reader) {
      if (isClosed) {
        reader.close();
        return;
      }
      const next = waiting.shift();
      if (next === undefined) idle.push(reader);
      else next.resolve(reader);
    },
    close() {
      isClosed = true;
      for (const reader of idle.splice(0)) reader.close();
      for (const { reject } of waiting.splice(0)) reject(closed());
    },
  };
}

export function closed(): Fault {
  return new Fault("store.unavailable", "The database is closed.");
}

function opening(open: () => Reader): Reader {
  try {
    return open();
  } catch (error) {
    throw readFault(error);
  }
}
