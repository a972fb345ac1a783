import { Fault, isFault } from "../kit/index.ts";
import type { Position, Store } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import { createBell } from "./bell.ts";
import type { Checkpoint } from "./contract.ts";
import { createGrowth, type Growth, type Place } from "./growth.ts";
import { createIntake, isBehind } from "./intake.ts";
import { type LoadedHead, loadHead } from "./load.ts";
import { newestEntry } from "./origins.ts";

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

interface Waiter {
  readonly place: Place;
  readonly resolve: (head: Checkpoint) => void;
  readonly reject: (error: Fault) => void;
}

/** Durable in this order: entries, tiles, checkpoint. After any trouble it begins again from what is stored, never from memory. */
export function createSequencer(needs: SequencerNeeds): Sequencer {
  const { store, vault, origin, keepCheckpoint, loaded } = needs;
  const stop = new AbortController();
  const bell = createBell();
  const waiters = new Set<Waiter>();
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
        if (isFault(error, "trail.refused")) {
          needs.refused(error);
          return finish(error);
        }
        await bell.pause(RETRY_MS, stop.signal);
      }
      state = undefined;
    }
    finish(new Fault("trail.refused", "The trail is closed."));
  };

  const finish = (fault: Fault): void => {
    end = fault;
    for (const { reject } of waiters) reject(fault);
    waiters.clear();
  };

  const sequence = async (state: LoadedHead): Promise<void> => {
    const growth = createGrowth({ store, vault, state });
    // An earlier run may have died between the tiles, the signature and the file that keeps it.
    if (state.head?.size === growth.size) await publish(growth, state.head);
    else if (growth.size > 0) await publish(growth, await growth.sign());
    const after = growth.size === 0 ? undefined : growth.place;
    const intake = createIntake({
      store,
      bell,
      after,
      from: growth.place.position,
      isHurried: () => waiters.size > 0,
      signal: stop.signal,
    });
    try {
      for (let rows = await intake.next(); rows !== undefined; rows = await intake.next()) {
        if (rows.length > 0) await growth.append(rows);
        if (rows.length > 0 || (head === undefined && waiters.size > 0)) await publish(growth, await growth.sign());
        answer(growth.place);
      }
    } finally {
      await intake.close();
    }
  };

  /** Nobody sees a head before it is kept outside the database. */
  const publish = async (growth: Growth, checkpoint: Checkpoint): Promise<void> => {
    if (checkpoint.note !== kept) await keepCheckpoint(checkpoint.note);
    kept = checkpoint.note;
    head = checkpoint;
    sequenced = growth.place.position;
    answer(growth.place);
  };

  const answer = (covered: Place): void => {
    for (const waiter of waiters) {
      if (head === undefined || isBehind(covered, waiter.place)) continue;
      waiters.delete(waiter);
      waiter.resolve(head);
    }
  };

  return {
    start() {
      running ??= run();
    },
    head: () => head,
    sequenced: () => sequenced,
    async settle() {
      const newest = (await store.view(newestEntry)) ?? { position: 0, n: 0 };
      if (end !== undefined) throw end;
      const { promise, resolve, reject } = Promise.withResolvers<Checkpoint>();
      waiters.add({ place: newest, resolve, reject });
      bell.hurry();
      return promise;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      finish(end ?? new Fault("trail.refused", "The trail is closed."));
    },
  };
}
