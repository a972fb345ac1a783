import { lowerAscii } from "../text/index.ts";
import { type Entry, entry } from "./entry.ts";

/** The collections that outlive a transaction, by their SecLang names. */
export type Kept = "IP" | "GLOBAL" | "SESSION" | "USER" | "RESOURCE";

/** One persistent collection: what is known of one address, session, user … */
export interface Collection {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  unset(name: string): void;
  /** The variable is forgotten after so many seconds. */
  expire(name: string, seconds: number): void;
  entries(): readonly Entry[];
}

export interface Collections {
  open(kind: Kept, key: string): Collection;
  /** How many collections and bytes are held. */
  readonly size: { readonly collections: number; readonly bytes: number };
}

/** Beyond any of these, what was used longest ago is forgotten first. */
export const COLLECTIONS_MAX = 100_000;
export const COLLECTIONS_BYTES_MAX = 64 * 1024 * 1024;
/** A variable more than these is not kept. */
export const VARIABLES_PER_COLLECTION_MAX = 256;
export const COLLECTION_VALUE_BYTES_MAX = 4_096;
const COLLECTION_NAME_BYTES_MAX = 256;
const COLLECTION_KEY_BYTES_MAX = 512;
/** What an empty collection and a variable cost beside their texts, about. */
const OVERHEAD_BYTES = 200;

interface Variable {
  value: string;
  expiresAtMs: number;
}

interface Held {
  readonly key: string;
  readonly createdAtMs: number;
  readonly variables: Map<string, Variable>;
  usedAtMs: number;
  changedAtMs: number;
  changes: number;
  bytes: number;
  /** A generation that was forgotten may still be written to by a transaction that had it in hand. */
  home: Generation;
}

interface Generation {
  readonly records: Map<string, Held>;
  bytes: number;
}

export interface CollectionsNeeds {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A collection that nobody opens for so long is forgotten (SecCollectionTimeout). */
  readonly timeoutSeconds: number;
}

/**
 * Collections in memory, bounded in number and bytes: whoever sends a million addresses makes the oldest forgotten, nothing more.
 * Two generations: what is used moves into the younger; when that is full, the older is forgotten as a whole. Each takes half of the limits.
 */
export function createCollections({ now, timeoutSeconds }: CollectionsNeeds): Collections {
  let young = createGeneration();
  let old = createGeneration();

  function grow(record: Held, by: number): void {
    record.bytes += by;
    record.home.bytes += by;
    if (young.records.size > COLLECTIONS_MAX / 2 || young.bytes > COLLECTIONS_BYTES_MAX / 2) {
      old = young;
      young = createGeneration();
    } else if (old.bytes > COLLECTIONS_BYTES_MAX / 2) old = createGeneration();
  }

  /** The record, in the younger generation. */
  function take(name: string, key: string): Held {
    const at = now();
    const known = young.records.get(name) ?? old.records.get(name);
    if (known === undefined || at - known.usedAtMs > timeoutSeconds * 1000) return make(name, key, at);
    known.usedAtMs = at;
    if (known.home !== young) move(name, known);
    return known;
  }

  function move(name: string, record: Held): void {
    record.home.records.delete(name);
    record.home.bytes -= record.bytes;
    record.home = young;
    young.records.set(name, record);
    young.bytes += record.bytes;
    grow(record, 0);
  }

  function make(name: string, key: string, at: number): Held {
    const stale = young.records.get(name) ?? old.records.get(name);
    if (stale !== undefined) {
      stale.home.records.delete(name);
      stale.home.bytes -= stale.bytes;
      stale.home = createGeneration();
    }
    const made: Held = { key, createdAtMs: at, variables: new Map(), usedAtMs: at, changedAtMs: at, changes: 0, bytes: 0, home: young };
    young.records.set(name, made);
    grow(made, OVERHEAD_BYTES + name.length);
    return made;
  }

  return {
    open(kind, key) {
      const bounded = key.slice(0, COLLECTION_KEY_BYTES_MAX);
      return openRecord(take(`${kind}:${bounded}`, bounded), now, grow);
    },
    get size() {
      return { collections: young.records.size + old.records.size, bytes: young.bytes + old.bytes };
    },
  };
}

function createGeneration(): Generation {
  return { records: new Map(), bytes: 0 };
}

function openRecord(record: Held, now: () => number, grow: (record: Held, by: number) => void): Collection {
  const { variables } = record;
  const isNew = record.changes === 0;

  function remove(fold: string, variable: Variable): void {
    variables.delete(fold);
    grow(record, -(OVERHEAD_BYTES + fold.length + variable.value.length));
  }

  function live(fold: string): Variable | undefined {
    const variable = variables.get(fold);
    if (variable === undefined || variable.expiresAtMs > now()) return variable;
    remove(fold, variable);
    return undefined;
  }

  function changed(): void {
    record.changes += 1;
    record.changedAtMs = now();
  }

  return {
    get(name) {
      const fold = lowerAscii(name);
      return live(fold)?.value ?? BUILT_IN.get(fold)?.(record, isNew);
    },
    set(name, value) {
      const fold = lowerAscii(name).slice(0, COLLECTION_NAME_BYTES_MAX);
      const known = live(fold);
      const kept = value.slice(0, COLLECTION_VALUE_BYTES_MAX);
      if (known === undefined && variables.size >= VARIABLES_PER_COLLECTION_MAX) return;
      changed();
      if (known === undefined) {
        variables.set(fold, { value: kept, expiresAtMs: Number.POSITIVE_INFINITY });
        grow(record, OVERHEAD_BYTES + fold.length + kept.length);
        return;
      }
      const by = kept.length - known.value.length;
      known.value = kept;
      grow(record, by);
    },
    unset(name) {
      const fold = lowerAscii(name);
      const known = live(fold);
      if (known === undefined) return;
      remove(fold, known);
      changed();
    },
    expire(name, seconds) {
      const known = live(lowerAscii(name));
      if (known !== undefined) known.expiresAtMs = now() + seconds * 1000;
    },
    entries() {
      const entries: Entry[] = [];
      for (const fold of [...variables.keys()]) {
        const variable = live(fold);
        if (variable !== undefined) entries.push(entry(fold, variable.value));
      }
      return entries;
    },
  };
}

/** What every collection knows of itself (reference manual, "Persistent Storage"). Read by name only. */
const BUILT_IN: ReadonlyMap<string, (record: Held, isNew: boolean) => string> = new Map<string, (record: Held, isNew: boolean) => string>([
  ["create_time", (record) => seconds(record.createdAtMs)],
  ["is_new", (_, isNew) => (isNew ? "1" : "0")],
  ["key", (record) => record.key],
  ["last_update_time", (record) => seconds(record.changedAtMs)],
  ["update_counter", (record) => String(record.changes)],
]);

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}
