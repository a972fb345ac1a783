import type { Clock } from "../../kit/index.ts";
import type { View } from "../contract.ts";
import type { Reader } from "./reader.ts";
import { closed, createReaderPool } from "./reader-pool.ts";
import type { Stamps } from "./stamps.ts";
import { readFault } from "./work.ts";

/** A snapshot keeps the log from starting over: none lives longer. */
export const VIEW_MS_MAX = 5_000;
/** The writer cannot start its log over while a snapshot of it is open, so nobody new is shown one for longer than this. */
const MOMENT_MS_MAX = 5;
const SWEEP_MS = 500;

export interface Views {
  run<T>(work: (view: View) => Promise<T>): Promise<T>;
  /** Who asks from now on sees what was committed until now. Called before any write is answered. */
  renew(): void;
  /** One synchronous look outside any snapshot, with a reader that is never lent. */
  look<T>(work: (reader: Reader) => T): T;
  close(): void;
}

interface ViewsNeeds {
  readonly open: () => Reader;
  readonly stamps: Pick<Stamps, "now">;
  readonly clock: Clock;
}

/** One snapshot, shown to everybody who asks while nothing has been answered as written since. */
interface Moment {
  readonly reader: Reader;
  readonly view: View;
  readonly sinceMs: number;
  users: number;
  /** Nobody new is shown it. */
  isOver: boolean;
  hasEnded: boolean;
}

/**
 * Opening and closing a snapshot costs more than a point read, so those who ask between two answers of the writer share one: as
 * long as no write has been answered, a snapshot opened now would show nothing that anybody could have been told of.
 */
export function createViews({ open, stamps, clock }: ViewsNeeds): Views {
  const pool = createReaderPool(open);
  const lent = new Set<Moment>();
  const desk = open();
  let isClosed = false;
  let current: Moment | undefined;
  const sweep = setInterval(() => endOverdue(lent, clock.elapsed()), SWEEP_MS);
  sweep.unref();

  function begin(reader: Reader): Moment {
    try {
      const moment = { reader, view: reader.begin(stamps.now()), sinceMs: clock.elapsed(), users: 0, isOver: false, hasEnded: false };
      lent.add(moment);
      current = moment;
      setTimeout(() => moment === current && renew(), MOMENT_MS_MAX).unref();
      return moment;
    } catch (error) {
      pool.giveBack(reader);
      throw error;
    }
  }

  async function beginLater(): Promise<Moment> {
    const reader = await pool.wait();
    if (current === undefined) return begin(reader);
    pool.giveBack(reader);
    return current;
  }

  function leave(moment: Moment): void {
    if (moment.users > 0 || !moment.isOver) return;
    lent.delete(moment);
    moment.reader.end();
    pool.giveBack(moment.reader);
  }

  function renew(): void {
    if (current === undefined) return;
    const moment = current;
    current = undefined;
    moment.isOver = true;
    leave(moment);
  }

  return {
    async run(work) {
      if (isClosed) throw closed();
      const reader = current === undefined ? pool.take() : undefined;
      const moment = current ?? (reader === undefined ? await beginLater() : begin(reader));
      moment.users += 1;
      try {
        return await work(moment.view);
      } finally {
        moment.users -= 1;
        leave(moment);
      }
    },
    renew,
    look(work) {
      if (isClosed) throw closed();
      try {
        return work(desk);
      } catch (error) {
        throw readFault(error);
      }
    },
    close() {
      isClosed = true;
      clearInterval(sweep);
      pool.close();
      renew();
      desk.close();
      for (const { reader } of lent) reader.end();
    },
  };
}

/** The work of an overdue view goes on; its next read is refused. */
function endOverdue(lent: ReadonlySet<Moment>, nowMs: number): void {
  for (const moment of lent) {
    if (moment.hasEnded || nowMs - moment.sinceMs <= VIEW_MS_MAX) continue;
    moment.hasEnded = true;
    moment.reader.end();
  }
}
