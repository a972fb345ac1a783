import { type Clock, Fault, isFault } from "../kit/index.ts";
import type { MigrationReport, Store } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { Trail } from "./contract.ts";
import { createEntries } from "./entry.ts";
import { type LoadedHead, loadHead } from "./load.ts";
import { createNotes } from "./notes.ts";
import { beginOrigin, newestEntry, originName, readOrigins } from "./origins.ts";
import { createSequencer } from "./sequencer.ts";
import { OPENINGS } from "./tables.ts";

export interface TrailNeeds {
  readonly store: Store;
  readonly report: MigrationReport;
  readonly vault: Vault;
  readonly clock: Clock;
  /** Makes the newest signed note durable outside the database (DATA/checkpoint). Nobody sees it before. */
  readonly keepCheckpoint: (note: string) => Promise<void>;
  /** What `keepCheckpoint` kept last. */
  readonly lastCheckpoint: string | undefined;
}

/**
 * Opens the trail. Fault `trail.refused` when what is stored is smaller than, or different from, what was signed; that it
 * refused is written into the trail itself, unsigned, for whoever looks into it later.
 */
export async function createTrail({ store, report, vault, clock, keepCheckpoint, lastCheckpoint }: TrailNeeds): Promise<Trail> {
  const entries = createEntries({ vault, report });
  const origin = originName(vault);
  const recordRefusal = async (fault: Fault): Promise<void> => {
    await store.commit({ steps: entries.steps({ kind: "trail.refused", at: clock.now(), because: fault.message }) });
  };
  const loaded = await load({ store, vault, origin, lastCheckpoint }, recordRefusal);
  const notes = createNotes({ store, clock, steps: entries.steps });
  const refused = (fault: Fault): void => notes.note({ kind: "trail.refused", at: clock.now(), because: fault.message });
  const sequencer = createSequencer({ store, vault, origin, keepCheckpoint, lastCheckpoint, loaded, refused });
  return {
    entry: entries.steps,
    forget: (subject) => [
      { do: "clear", table: OPENINGS, where: { op: "compare", sense: "is", column: "subject", by: "eq", value: subject } },
    ],
    note: notes.note,
    start: sequencer.start,
    head: sequencer.head,
    sequenced: sequencer.sequenced,
    async settle() {
      await notes.drain();
      return sequencer.settle();
    },
    async [Symbol.asyncDispose]() {
      await notes[Symbol.asyncDispose]();
      await sequencer[Symbol.asyncDispose]();
    },
  };
}

interface LoadNeeds {
  readonly store: Store;
  readonly vault: Vault;
  readonly origin: string;
  readonly lastCheckpoint: string | undefined;
}

async function load(needs: LoadNeeds, recordRefusal: (fault: Fault) => Promise<void>): Promise<LoadedHead> {
  await beginFirst(needs);
  try {
    return await loadHead(needs);
  } catch (error) {
    if (isFault(error, "trail.refused")) await recordRefusal(error);
    throw error;
  }
}

/** A trail begins by itself only where there has never been one: neither origins nor entries, nor a checkpoint beside the database. */
async function beginFirst({ store, vault, origin, lastCheckpoint }: LoadNeeds): Promise<void> {
  const begun = await store.view(async (view) => (await readOrigins(view)).length > 0 || (await newestEntry(view)) !== undefined);
  if (begun) return;
  if (lastCheckpoint !== undefined) {
    throw new Fault(
      "trail.refused",
      "A checkpoint is kept beside this database, and the database has no trail: it is not the one that was signed for.",
    );
  }
  await store.commit({ steps: [beginOrigin(0, origin, vault.checkpointPublicKey, 0)] });
}
