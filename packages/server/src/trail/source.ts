import { type Id, isFault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { Store, View } from "../store/contract.ts";
import type { Entries, Opening } from "./entry.ts";
import type { Place } from "./growth.ts";
import {
  asBytes,
  asNumber,
  checkpointPage,
  newestEntry,
  type Origin,
  readEntries,
  readOrigins,
  type StoredCheckpoint,
  tileReader,
} from "./origins.ts";
import { OPENINGS, TILES } from "./tables.ts";

/** One log as whoever verifies it finds it: in a database or in an exported folder. */
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
  tileCount(): Promise<number>;
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
  readonly openings: { find(entry: Id, slot: number): Promise<FoundOpening>; count(): Promise<number> } | undefined;
}

/** The trail of a database. Its openings can be read only with what opens them. */
export async function storeSource(store: Store, entries: Entries | undefined): Promise<TrailSource> {
  const { origins, newest } = await store.view(async (view) => ({
    origins: await readOrigins(view),
    newest: (await newestEntry(view))?.position ?? 0,
  }));
  const logs = origins.map((origin, at) => logOf(store, origin, origins[at + 1]?.after ?? newest));
  return {
    logs,
    openings: entries && {
      find: (entry, slot) => store.view((view) => findOpening(view, entries, entry, slot)),
      count: () => countOpenings(store),
    },
  };
}

function logOf(store: Store, origin: Origin, upTo: number): SourceLog {
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
      store.view((view) =>
        view.count({ table: TILES, where: { op: "compare", sense: "is", column: "origin", by: "eq", value: origin.number } }),
      ),
    async *checkpoints() {
      for (let last = 0; ; ) {
        const page = await store.view((view) => checkpointPage(view, origin.number, last));
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
async function countOpenings(store: Store): Promise<number> {
  let count = 0;
  let last: OpeningKey | undefined = { entry: new Uint8Array(0), slot: -1 };
  while (last !== undefined) {
    const from: OpeningKey = last;
    const page = await store.view((view) => openingPage(view, from));
    count += page.length;
    last = page.at(-1);
  }
  return count;
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
