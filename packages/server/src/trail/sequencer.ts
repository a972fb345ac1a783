import { Fault, faultFrom } from "../kit/index.ts";
import type { Position, Store } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import { createBell } from "./bell.ts";
import type { Checkpoint } from "./contract.ts";
import { createGrowth, type Growth } from "./growth.ts";
import { createIntake } from "./intake.ts";
import { type LoadedHead, loadHead } from "./load.ts";
import { newestEntry } from "./origins.ts";
import { createWaiters } from "./waiters.ts";

const RETRY_MS = 1_000;

export interface Sequencer extends AsyncDisposable {
  start(): void;
  head(): Checkpoint | undefined;
  sequenced(): Position;
  settle(): Promise<Checkpoint>;
}

export interface SequencerNeeds {
  readonly store: Store;
  readonly vault: Vault;
  readonly origin: string;
  readonly keepCheckpoint: (note: string) => Promise<void>;
  readonly lastCheckpoint: string | undefined;
  readonly loaded: LoadedHead;
  /** Told when the trail stops signing for good. */
  readonly refused: (fault: Fault) => void;
}

/** Durable in this order: entries, tiles, checkpoint. After any trouble it begins again from what is stored, never from memory. */
export function createSequencer(needs: SequencerNeeds): Sequencer {
  const { store, vault, origin, loaded } = needs;
  const stop = new AbortController();
  const bell = createBell();
  const waiters = createWaiters();
  let kept = needs.lastCheckpoint;
  let head = loaded.head?.note === kept ? loaded.head : undefined;
  let sequenced = loaded.origin.position;
  let running: Promise<void> | undefined;
  let end: Fault | undefined;

  const run = async (): Promise<void> => {
    let state: LoadedHead | undefined = loaded;
    while (!stop.signal.aborted) {
      try {
        await sequence(state ?? (await loadHead({ store, vault, origin, lastCheckpoint: kept })));
      } catch (error) {
        const fault = faultFrom(error);
        // Whoever waits for a signature learns that there is none now; the entries are safe, and the next try may do.
        waiters.fail(fault);
        if (fault.code === "trail.refused") {
          end = fault;
          needs.refused(fault);
          return;
        }
        await bell.pause(RETRY_MS, stop.signal);
      }
      state = undefined;
    }
  };

  const sequence = async (state: LoadedHead): Promise<void> => {
    const growth = createGrowth({ store, vault, state });
    // An earlier run may have died between the tiles, the signature and the file that keeps it.
    if (state.head?.size === growth.size) await publish(growth, state.head);
    else if (growth.size > 0) await publish(growth, await growth.sign());
    await using intake = createIntake({
      store,
      bell,
      place: growth.place,
      isEmpty: growth.size === 0,
      isHurried: () => !waiters.isEmpty,
      signal: stop.signal,
    });
    for (let rows = await intake.next(); rows !== undefined; rows = await intake.next()) {
      if (rows.length > 0) await growth.append(rows);
      if (rows.length > 0 || (head === undefined && !waiters.isEmpty)) await publish(growth, await growth.sign());
      if (head !== undefined) waiters.answer(growth.place, head);
    }
  };

  /** Nobody sees a head before it is kept outside the database. */
  const publish = async (growth: Growth, checkpoint: Checkpoint): Promise<void> => {
    if (checkpoint.note !== kept) await needs.keepCheckpoint(checkpoint.note);
    kept = checkpoint.note;
    head = checkpoint;
    sequenced = growth.place.position;
  };

  return {
    start() {
      running ??= run();
    },
    head: () => head,
    sequenced: () => sequenced,
    async settle() {
      const newest = (await store.view(newestEntry)) ?? { position: 0, n: 0 };
      if (end !== undefined || running === undefined) throw end ?? new Fault("trail.refused", "The trail has not been started.");
      const settled = waiters.add(newest);
      bell.hurry();
      return settled;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      end ??= new Fault("trail.refused", "The trail is closed.");
      waiters.fail(end);
    },
  };
}
