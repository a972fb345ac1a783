import type { Filter } from "../model/filter.ts";
import type { Schema } from "../model/schema.ts";
import type { Value } from "../model/value.ts";

/** Commits in their order; each batch that commits has its own. */
export type Position = number;

/** Values in the order of the columns that were asked for. */
export type Row = readonly Value[];
export type RowValues = Readonly<Record<string, Value>>;

export interface Order {
  readonly column: string;
  readonly direction: "asc" | "desc";
  readonly nulls: "first" | "last";
}

/** A column of an answer. `hex`: bytes as lower-case digits, at a fifth of the price where only their text is wanted. */
export type Wanted = string | { readonly hex: string };

export interface Query {
  readonly table: string;
  readonly columns: readonly Wanted[];
  readonly where: Filter;
  readonly order?: readonly Order[];
  readonly limit?: number;
  readonly offset?: number;
}

/** One unchanging moment of the store. */
export interface View {
  /** Fault `data.unindexed` when it would look at more than `scanRowsMax` rows without an index. */
  read(query: Query): Promise<readonly Row[]>;
  /** The row with this key, or `undefined`. The cheapest read there is. */
  get(table: string, key: readonly Value[], columns: readonly string[]): Promise<Row | undefined>;
  count(query: Pick<Query, "table" | "where">): Promise<number>;
  /**
   * The same number in two views of one process: this table has the same rows in both, so what was read in the one holds in the
   * other. `undefined` when that cannot be told, as while a write of the table is under way.
   */
  stamp(table: string): number | undefined;
}

export type Step =
  /** Refused as `taken` where a key or a unique index already has the value; as `reference` where a named row is not there. */
  | { readonly do: "insert"; readonly table: string; readonly row: RowValues }
  /** Refused as `stale` where there is no row with this key and version. */
  | { readonly do: "update"; readonly table: string; readonly key: readonly Value[]; readonly version: number; readonly set: RowValues }
  | { readonly do: "delete"; readonly table: string; readonly key: readonly Value[]; readonly version: number }
  /** Unconditional: deletes what passes, returns how many. For housekeeping (expired rows, sessions of an account). */
  | { readonly do: "clear"; readonly table: string; readonly where: Filter }
  /** Refused as `expectation` unless exactly so many rows pass. */
  | { readonly do: "expect"; readonly table: string; readonly where: Filter; readonly rows: number }
  /** To a log table. The store adds position and n. */
  | { readonly do: "append"; readonly table: string; readonly row: RowValues };

export interface Batch {
  /** All or nothing, in this order. */
  readonly steps: readonly Step[];
  /** Written instead when the batch is refused: what tells of the refusal. */
  readonly otherwise?: readonly Step[];
}

export type Receipt =
  | { readonly committed: true; readonly position: Position; readonly cleared: readonly number[] }
  | {
      readonly committed: false;
      /** The index of the step that refused. */
      readonly step: number;
      readonly because: "taken" | "stale" | "expectation" | "reference";
      /** With `taken`: the columns of the index, [] for the key. */
      readonly columns: readonly string[];
    };

export interface LogRow {
  readonly position: Position;
  readonly n: number;
  readonly row: Row;
}

/** What work inside `transact` answers with: the batch to commit (none for nothing to do) and what to return when it has. */
export interface Decision<T> {
  readonly batch?: Batch;
  readonly result: T;
}

export interface MigrationReport {
  /** Stable numbers, for ever: they are part of the associated data of encrypted values. */
  readonly tableId: (table: string) => number;
  readonly columnId: (table: string, column: string) => number;
  /** Sentences for people: what was added. Empty when nothing changed. */
  readonly changes: readonly string[];
}

/**
 * The whole driver contract: an embedded engine and a PostgreSQL pass the same suite.
 * Every method may throw Fault `store.unavailable`.
 */
export interface Store extends AsyncDisposable {
  /**
   * Runs `work` on one snapshot that shows at least all that has been answered as committed by now. Those who ask between two
   * answers share it, and so the same View: what is kept per View is as true as the snapshot. Keep the work short: it holds a
   * reader, and the view ends after 5 s at the latest.
   */
  view<T>(work: (view: View) => Promise<T>): Promise<T>;
  /**
   * The moment of a view that another room opened, seen with this store's tables: so that one snapshot serves the check of the
   * caller and the work, and neither room sees the other's tables.
   */
  within(view: View): View;
  /** Durable when it resolves. Throws `store.outcome_unknown` when COMMIT failed and what happened cannot be told. */
  commit(batch: Batch): Promise<Receipt>;
  /**
   * Reads, decides, commits, and does so again from a new snapshot when the batch was refused as `stale` or `expectation`:
   * at most 3 tries, then Fault `data.conflict`. Other refusals go to `refused`, which may throw or return a result.
   */
  transact<T>(work: (view: View) => Promise<Decision<T>>, refused: (receipt: Receipt & { committed: false }, result: T) => T): Promise<T>;
  /** The rows of a log table after a position, as they are committed, in order; ends when the signal says so. */
  feed(table: string, columns: readonly string[], after: Position, signal: AbortSignal): AsyncIterable<readonly LogRow[]>;
  /** Deletes what a log table holds up to and including a position. */
  trim(table: string, upTo: Position): Promise<void>;
  /** Additive changes are applied; lossy ones are refused (`store.refused`) with a sentence that says how to go on. */
  migrate(to: Schema): Promise<MigrationReport>;
  /** A consistent copy of everything, as encrypted bytes; made off the request thread. */
  snapshot(): AsyncIterable<Uint8Array>;
  /** `ok`, or sentences about what is damaged. Made off the request thread. */
  checkIntegrity(): Promise<readonly string[]>;
  /** A view of the store that refuses the tables of other rooms. */
  only(tables: readonly string[]): Store;
}

/** The name of the outbox, a log table that the store itself owns and fills for tables with `changes`. */
export const CHANGES = "changes";
/** `before` and `after` are the stored rows as joinLengthPrefixed cells (see store/change.ts), null where there is none. */
export const CHANGES_COLUMNS = ["table", "key", "subject", "before", "after"] as const;
