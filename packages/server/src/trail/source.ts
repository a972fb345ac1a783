import { formatId, type Id, isFault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { Position, Store, View } from "../store/contract.ts";
import type { Entries, Opening } from "./entry.ts";
import type { Place } from "./growth.ts";
import { decodeLeaf } from "./leaf.ts";
import {
  asBytes,
  asNumber,
  checkpointPage,
  entryPage,
  newestCheckpoint,
  newestEntry,
  type Origin,
  readEntries,
  readOrigins,
  type StoredCheckpoint,
  tileReader,
} from "./origins.ts";
import { OPENINGS, ORIGINS, TILES } from "./tables.ts";
import { othersTurn } from "./turn.ts";

/**
 * One log as whoever verifies it finds it: in a database or in an exported folder. In a database it may grow while it is read;
 * everything here speaks of the moment at which the source was opened, but for what says that it does not.
 */
export interface SourceLog {
  readonly number: number;
  readonly name: string;
  readonly publicKey: Uint8Array;
  /** So many entries are in its tiles. */
  readonly size: number;
  /** The note that the source shows as its newest; it must be among the checkpoints. */
  readonly head: string | undefined;
  /** Whether entries may be waiting for their first checkpoint, as in a database. */
  readonly isGrowing: boolean;
  entries(): AsyncIterable<SourceEntry>;
  /** As stored, whatever its width. */
  tile(level: number, index: number): Promise<Uint8Array | undefined>;
  /** As they are now, with the size of the tree that they belong to. */
  tileCount(): Promise<{ readonly count: number; readonly size: number }>;
  /** Whether there is more in its tiles now; the last ones are then wider than they were. */
  hasGrown(): Promise<boolean>;
  /** In the order of their numbers. */
  checkpoints(): AsyncIterable<Pick<StoredCheckpoint, "number" | "size" | "note">>;
}

export interface SourceEntry {
  /** Where the source knows it. */
  readonly place: Place | undefined;
  readonly leaf: Uint8Array;
}

/** With the account whose erasure deletes it. */
export type FoundOpening = "absent" | "damaged" | (Opening & { readonly subject: Id | null });

export interface TrailSource {
  /** Oldest first: a restore begins the next. */
  readonly logs: readonly SourceLog[];
  /** `undefined` where openings cannot be read at all, as in a folder. */
  readonly openings:
    | {
        find(entry: Id, slot: number): Promise<FoundOpening>;
        /** All but those of entries that came later. */
        count(): Promise<number>;
      }
    | undefined;
}

/** The trail of a database. Its openings can be read only with what opens them. */
export async function storeSource(store: Store, entries: Entries | undefined): Promise<TrailSource> {
  const { origins, newest, signed } = await store.view(async (view) => {
    const found = await readOrigins(view);
    const checkpoints = await Promise.all(found.map(({ number }) => newestCheckpoint(view, number)));
    return {
      origins: found,
      newest: (await newestEntry(view))?.position ?? 0,
      signed: checkpoints.map((checkpoint) => checkpoint?.number ?? 0),
    };
  });
  const logs = origins.map((origin, at) => logOf(store, origin, { upTo: origins[at + 1]?.after ?? newest, signed: signed[at] ?? 0 }));
  return {
    logs,
    openings: entries && {
      find: (entry, slot) => store.view((view) => findOpening(view, entries, entry, slot)),
      count: () => countOpenings(store, newest),
    },
  };
}

function logOf(store: Store, origin: Origin, { upTo, signed }: { readonly upTo: number; readonly signed: number }): SourceLog {
  const sizeIn = async (view: View): Promise<number> => asNumber((await view.get(ORIGINS, [origin.number], ["size"]))?.[0] ?? origin.size);
  return {
    number: origin.number,
    name: origin.name,
    publicKey: origin.publicKey,
    size: origin.size,
    head: undefined,
    isGrowing: true,
    async *entries() {
      for await (const { position, n, leaf } of readEntries(store, origin.after, upTo)) yield { place: { position, n }, leaf };
    },
    tile: (level, index) => store.view((view) => tileReader(view, origin.number)(level, index, 0)),
    tileCount: () =>
      store.view(async (view) => ({
        count: await view.count({ table: TILES, where: { op: "compare", sense: "is", column: "origin", by: "eq", value: origin.number } }),
        size: await sizeIn(view),
      })),
    hasGrown: async () => (await store.view(sizeIn)) > origin.size,
    async *checkpoints() {
      for (let last = 0; ; ) {
        const page = (await store.view((view) => checkpointPage(view, origin.number, last))).filter(({ number }) => number <= signed);
        yield* page;
        const end = page.at(-1);
        if (end === undefined) return;
        last = end.number;
      }
    },
  };
}

export async function findOpening(view: View, entries: Entries, entry: Id, slot: number): Promise<FoundOpening> {
  const row = await view.get(OPENINGS, [entry, slot], ["subject", "sealed"]);
  if (row === undefined) return "absent";
  const [subject, sealed] = row;
  if (!(sealed instanceof Uint8Array) || !(subject === null || subject instanceof Uint8Array)) return "damaged";
  try {
    return { ...entries.open(sealed, entry, slot, subject), subject };
  } catch (error) {
    if (isFault(error, "vault.refused")) return "damaged";
    throw error;
  }
}

const OPENINGS_PER_READ = 512;

/** Page by page along the key: the store's own count would not see a row that was put in behind its back. */
async function countOpenings(store: Store, newest: Position): Promise<number> {
  const later = createLater(newest);
  let count = 0;
  let last: OpeningKey | undefined = { entry: new Uint8Array(0), slot: -1 };
  while (last !== undefined) {
    const from: OpeningKey = last;
    const page = await store.view(async (view) => {
      await later.lookIn(view);
      return openingPage(view, from);
    });
    count += page.filter(({ entry }) => !later.has(entry)).length;
    last = page.at(-1);
    await othersTurn();
  }
  return count;
}

/** The entries that came after a position, as far as one has looked: in the same snapshot as what is compared with them. */
function createLater(after: Position): { lookIn(view: View): Promise<void>; has(entry: Id): boolean } {
  const known = new Set<string>();
  let last = { position: after, n: Number.MAX_SAFE_INTEGER };
  return {
    async lookIn(view) {
      for (let page = await entryPage(view, last); page.length > 0; page = await entryPage(view, last)) {
        for (const { leaf } of page) known.add(formatId(decodeLeaf(leaf)?.id ?? new Uint8Array(0)));
        last = page.at(-1) ?? last;
      }
    },
    has: (entry) => known.has(formatId(entry)),
  };
}

interface OpeningKey {
  readonly entry: Uint8Array;
  readonly slot: number;
}

async function openingPage(view: View, { entry, slot }: OpeningKey): Promise<readonly OpeningKey[]> {
  const compare = (column: string, by: "gt" | "gte", value: Value): Filter => ({ op: "compare", sense: "is", column, by, value });
  const rows = await view.read({
    table: OPENINGS,
    columns: ["entry", "slot"],
    where: {
      op: "all",
      of: [compare("entry", "gte", entry), { op: "any", of: [compare("entry", "gt", entry), compare("slot", "gt", slot)] }],
    },
    order: [
      { column: "entry", direction: "asc", nulls: "last" },
      { column: "slot", direction: "asc", nulls: "last" },
    ],
    limit: OPENINGS_PER_READ,
  });
  return rows.map(([entry, slot]) => ({ entry: asBytes(entry), slot: asNumber(slot) }));
}
