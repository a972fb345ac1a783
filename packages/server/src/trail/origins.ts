import { Fault, formatId } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { Position, Query, Row, Step, Store, View } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import { HASH_BYTES, type ReadTile, readEdge, rootOfEdge, type Sha256 } from "./merkle.ts";
import { CHECKPOINTS, ENTRIES, ORIGINS, TILES } from "./tables.ts";

/** One log of this app. A restore begins the next one: two servers must never sign under the same name. */
export interface Origin {
  readonly number: number;
  readonly name: string;
  readonly publicKey: Uint8Array;
  /** Entries of commits after this one belong to it. */
  readonly after: Position;
  /** How far it is in the tree: so many entries, up to and including this place. */
  readonly size: number;
  readonly position: Position;
  readonly n: number;
  readonly version: number;
}

/** The name in its checkpoints and of its key: app and instance, so that it is the same for ever and never used twice. */
export function originName({ appId, instanceId }: Pick<Vault, "appId" | "instanceId">): string {
  return `holdfast/${formatId(appId)}/${formatId(instanceId)}`;
}

export function beginOrigin(number: number, name: string, publicKey: Uint8Array, after: Position): Step {
  return {
    do: "insert",
    table: ORIGINS,
    row: { number, origin: name, public_key: publicKey, after, size: 0, position: after, n: 0 },
  };
}

const ORIGIN_COLUMNS = ["number", "origin", "public_key", "after", "size", "position", "n", "row_version"] as const;

/** All logs of the app, oldest first. */
export async function readOrigins(view: View): Promise<readonly Origin[]> {
  const rows = await view.read({
    table: ORIGINS,
    columns: ORIGIN_COLUMNS,
    where: { op: "all", of: [] },
    order: [{ column: "number", direction: "asc", nulls: "last" }],
  });
  return rows.map(([number, name, publicKey, after, size, position, n, version]) => ({
    number: asNumber(number),
    name: asText(name),
    publicKey: asBytes(publicKey),
    after: asNumber(after),
    size: asNumber(size),
    position: asNumber(position),
    n: asNumber(n),
    version: asNumber(version),
  }));
}

export function tileReader(view: View, origin: number): ReadTile {
  return async (level, index, width) => {
    const row = await view.get(TILES, [origin, level, index], ["hashes"]);
    const hashes = row === undefined ? undefined : asBytes(row[0]);
    return hashes !== undefined && hashes.length >= width * HASH_BYTES ? hashes : undefined;
  };
}

/** The root that the stored tiles give for the first `size` entries; `undefined` when they do not reach so far. */
export async function storedRoot(view: View, origin: number, size: number, sha256: Sha256): Promise<Uint8Array | undefined> {
  const edge = await readEdge(tileReader(view, origin), size);
  return edge === undefined ? undefined : rootOfEdge(sha256, edge);
}

export interface StoredCheckpoint {
  readonly number: number;
  readonly size: number;
  readonly position: Position;
  readonly note: string;
}

const CHECKPOINTS_PER_READ = 512;

/** Checkpoints of a log with numbers above `after`, in order, one page. */
export async function checkpointPage(view: View, origin: number, after: number): Promise<readonly StoredCheckpoint[]> {
  const rows = await view.read(checkpointQuery(origin, { by: "gt", value: after, direction: "asc", limit: CHECKPOINTS_PER_READ }));
  return rows.map(asCheckpoint);
}

export async function newestCheckpoint(view: View, origin: number): Promise<StoredCheckpoint | undefined> {
  const [row] = await view.read(checkpointQuery(origin, { by: "gte", value: 0, direction: "desc", limit: 1 }));
  return row === undefined ? undefined : asCheckpoint(row);
}

function checkpointQuery(
  origin: number,
  { by, value, direction, limit }: { by: "gt" | "gte"; value: number; direction: "asc" | "desc"; limit: number },
): Query {
  return {
    table: CHECKPOINTS,
    columns: ["number", "size", "position", "note"],
    where: {
      op: "all",
      of: [
        { op: "compare", sense: "is", column: "origin", by: "eq", value: origin },
        { op: "compare", sense: "is", column: "number", by, value },
      ],
    },
    order: [
      { column: "origin", direction, nulls: "last" },
      { column: "number", direction, nulls: "last" },
    ],
    limit,
  };
}

function asCheckpoint([number, size, position, note]: Row): StoredCheckpoint {
  return { number: asNumber(number), size: asNumber(size), position: asNumber(position), note: asText(note) };
}

/** The place of the newest entry that is committed. */
export async function newestEntry(view: View): Promise<{ readonly position: Position; readonly n: number } | undefined> {
  const [row] = await view.read({
    table: ENTRIES,
    columns: ["position", "n"],
    where: { op: "all", of: [] },
    order: [
      { column: "position", direction: "desc", nulls: "last" },
      { column: "n", direction: "desc", nulls: "last" },
    ],
    limit: 1,
  });
  return row === undefined ? undefined : { position: asNumber(row[0]), n: asNumber(row[1]) };
}

export interface StoredEntry {
  readonly position: Position;
  readonly n: number;
  readonly leaf: Uint8Array;
}

const ENTRIES_PER_READ = 512;

/** Entries of commits after `after` up to and including `upTo`, in order, a page at a time: each page is a view of its own. */
export async function* readEntries(store: Store, after: Position, upTo: Position): AsyncGenerator<StoredEntry> {
  let last: { position: number; n: number } = { position: after, n: Number.MAX_SAFE_INTEGER };
  for (;;) {
    const page = await store.view((view) => entryPage(view, last, upTo));
    yield* page;
    const end = page.at(-1);
    if (end === undefined) return;
    last = end;
  }
}

/** The entries after a place, in order, as many as one read takes. */
export async function entryPage(
  view: View,
  last: { readonly position: number; readonly n: number },
  upTo: Position = Number.MAX_SAFE_INTEGER,
): Promise<readonly StoredEntry[]> {
  const compare = (column: string, by: "eq" | "gt" | "gte" | "lte", value: number): Filter => ({
    op: "compare",
    sense: "is",
    column,
    by,
    value,
  });
  const rows = await view.read({
    table: ENTRIES,
    columns: ["position", "n", "leaf"],
    where: {
      op: "all",
      of: [
        compare("position", "gte", last.position),
        compare("position", "lte", upTo),
        { op: "any", of: [compare("position", "gt", last.position), compare("n", "gt", last.n)] },
      ],
    },
    order: [
      { column: "position", direction: "asc", nulls: "last" },
      { column: "n", direction: "asc", nulls: "last" },
    ],
    limit: ENTRIES_PER_READ,
  });
  return rows.map((row: Row) => ({ position: asNumber(row[0]), n: asNumber(row[1]), leaf: asBytes(row[2]) }));
}

export function asNumber(value: Value | undefined): number {
  if (typeof value !== "number") throw damaged();
  return value;
}

export function asText(value: Value | undefined): string {
  if (typeof value !== "string") throw damaged();
  return value;
}

export function asBytes(value: Value | undefined): Uint8Array {
  if (!(value instanceof Uint8Array)) throw damaged();
  return value;
}

function damaged(): Fault {
  return new Fault("trail.refused", "A row of the trail is not what its table says.");
}
