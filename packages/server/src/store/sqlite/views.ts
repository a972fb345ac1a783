import { type Clock, Fault } from "../../kit/index.ts";
import type { View } from "../contract.ts";
import type { Reader } from "./reader.ts";
import { readFault } from "./work.ts";

/** Each may come to hold a cache of 64 MB. */
const READERS_MAX = 8;
const WAITING_MAX = 2_000;
const BUSY_RETRY_MS = 1_000;
/** A snapshot keeps the log from starting over: none lives longer. */
export const VIEW_MS_MAX = 5_000;
const SWEEP_MS = 500;

export interface Views {
  run<T>(work: (view: View) => Promise<T>): Promise<T>;
  /** One synchronous look outside any snapshot, with a reader that is never lent. */
  look<T>(work: (reader: Reader) => T): T;
  close(): void;
}

interface Lent {
  readonly reader: Reader;
  readonly sinceMs: number;
  hasEnded: boolean;
}

/** A bounded pool of connections that read, opened as they are needed; the one used last is lent first, for its warm cache. */
export function createViews(open: () => Reader, clock: Clock): Views {
  const idle: Reader[] = [];
  const lent = new Set<Lent>();
  const waiting: { readonly resolve: (reader: Reader) => void; readonly reject: (fault: Fault) => void }[] = [];
  const desk = open();
  let opened = 0;
  let isClosed = false;
  const sweep = setInterval(() => endOverdue(lent, clock.elapsed()), SWEEP_MS);
  sweep.unref();

  function take(): Reader | undefined {
    if (isClosed) throw new Fault("store.unavailable", "The database is closed.");
    const warm = idle.pop();
    if (warm !== undefined || opened >= READERS_MAX) return warm;
    const fresh = open();
    opened += 1;
    return fresh;
  }

  function wait(): Promise<Reader> {
    if (waiting.length >= WAITING_MAX)
      throw new Fault("server.busy", "Too many reads are waiting.", { detail: { retryAfterMs: BUSY_RETRY_MS } });
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  }

  function giveBack(reader: Reader): void {
    if (isClosed) {
      reader.close();
      return;
    }
    const next = waiting.shift();
    if (next === undefined) idle.push(reader);
    else next.resolve(reader);
  }

  return {
    async run(work) {
      const reader = take() ?? (await wait());
      const loan: Lent = { reader, sinceMs: clock.elapsed(), hasEnded: false };
      lent.add(loan);
      try {
        return await work(reader.begin());
      } finally {
        lent.delete(loan);
        reader.end();
        giveBack(reader);
      }
    },
    look(work) {
      if (isClosed) throw new Fault("store.unavailable", "The database is closed.");
      try {
        return work(desk);
      } catch (error) {
        throw readFault(error);
      }
    },
    close() {
      isClosed = true;
      clearInterval(sweep);
      desk.close();
      for (const reader of idle.splice(0)) reader.close();
      for (const { reject } of waiting.splice(0)) reject(new Fault("store.unavailable", "The database is closed."));
      for (const { reader } of lent) reader.end();
    },
  };
}

/** The work of an overdue view goes on; its next read is refused. */
function endOverdue(lent: ReadonlySet<Lent>, nowMs: number): void {
  for (const loan of lent) {
    if (loan.hasEnded || nowMs - loan.sinceMs <= VIEW_MS_MAX) continue;
    loan.hasEnded = true;
    loan.reader.end();
  }
}
