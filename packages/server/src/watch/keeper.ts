import { type Clock, faultFrom } from "../kit/index.ts";
import type { Step, Store } from "../store/contract.ts";
import type { Sight } from "./sight.ts";

/** Where nothing happened for so long, a write shows that writing still works. */
export const SELF_CHECK_MS = 30_000;
/** What was only counted may be a moment old after a crash: it is read again. */
const LAZY_MS = 2_000;

/** The one writer of this room: cursor, alerts, memory and messages in one commit, again and again until it holds. */
export interface Keeper {
  /** Writes what `collect` gives. `lazily`: only when it is due. Resolves when it is durable, or at the end. */
  keep(how: "now" | "lazily"): Promise<void>;
  readonly isWriting: boolean;
}

interface KeeperNeeds {
  readonly store: Pick<Store, "commit">;
  readonly clock: Clock;
  readonly sight: Sight;
  /** Everything that changed since the last time; what it gave is never asked for again. */
  readonly collect: () => readonly Step[];
  /** Until a failed write is tried again; resolves early at the end. */
  readonly pause: () => Promise<void>;
  readonly isOver: () => boolean;
}

export function createKeeper({ store, clock, sight, collect, pause, isOver }: KeeperNeeds): Keeper {
  let writing: Promise<void> | undefined;
  let keptAt = Number.NEGATIVE_INFINITY;

  /** Every row is put whole, so that doing it again after an unknown outcome changes nothing. */
  async function write(): Promise<void> {
    const steps = collect();
    keptAt = clock.elapsed();
    for (;;) {
      try {
        const receipt = await store.commit({ steps });
        // Everything here is put, but for entries of the trail: one that is taken is there from a try that seemed to fail.
        if (receipt.committed || receipt.because === "taken") return sight.works("store");
        sight.fails("store", `a row of the watch was refused as ${receipt.because}`);
      } catch (error) {
        sight.fails("store", `the store refuses writes: ${faultFrom(error).message}`);
      }
      if (isOver()) return;
      await pause();
    }
  }

  return {
    async keep(how) {
      if (how === "lazily" && clock.elapsed() - keptAt < LAZY_MS) return;
      // Two at once would write an older cursor over a newer one.
      while (writing !== undefined) await writing;
      writing = write().finally(() => {
        writing = undefined;
      });
      await writing;
    },
    get isWriting() {
      return writing !== undefined;
    },
  };
}
