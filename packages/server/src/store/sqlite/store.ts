import { open } from "node:fs/promises";
import { type Clock, Fault } from "../../kit/index.ts";
import type { Batch, MigrationReport, Receipt, Store } from "../contract.ts";
import { narrow, wholeView } from "../only.ts";
import { transact } from "../transact.ts";
import { bootWriter, type WriterThread } from "./boot-writer.ts";
import { type Catalog, columnOf, createCatalog, readTables, tableOf } from "./catalog.ts";
import { type Cipher, type Driver, loadDriver, type Opening, openConnection } from "./driver.ts";
import { type Bell, createBell, feed, trim } from "./feed.ts";
import type { Plans } from "./gate.ts";
import { checkIntegrity, OWNER_ONLY, removeLeftovers, snapshot } from "./long-read.ts";
import { createReader } from "./reader.ts";
import { createStamps, type Stamps } from "./stamps.ts";
import { createStepCompiler, type StepCompiler } from "./step.ts";
import { createViews, type Views } from "./views.ts";
import { startWriter, type Writer } from "./writer.ts";

export interface SqliteNeeds {
  /** The database's path; its folder is there, and is ours alone. */
  readonly file: string;
  /** 32 raw bytes. Copied; the caller may wipe them. */
  readonly key: Uint8Array;
  readonly cipher: Cipher;
  readonly limits: { readonly scanRowsMax: number };
  readonly clock: Clock;
  /** Where it was booted early; one of its own otherwise. */
  readonly writer?: WriterThread | undefined;
}

/**
 * Opens (or makes) the encrypted database. Fault `store.refused`, and nothing written, for a wrong key, an engine that is too old
 * or one that cannot encrypt. Before the first `migrate` of its life a database has no tables.
 */
export async function openSqliteStore({ file, key, cipher, limits, clock, writer: thread }: SqliteNeeds): Promise<Store> {
  const opening: Opening = { file, key: Uint8Array.from(key), cipher };
  const Driver = await loadDriver();
  await removeLeftovers(file);
  await makePrivate(file);
  const bell = createBell();
  const writer = await startWriter(thread ?? bootWriter(), opening, () => bell.ring());
  try {
    const stamps = createStamps();
    const known = () => openKnown({ Driver, opening, scanRowsMax: limits.scanRowsMax, stamps, clock });
    return createStore({ opening, writer, bell, stamps, openKnown: known });
  } catch (error) {
    await writer.close();
    throw error;
  }
}

/** A file that is made here can be read by its owner alone; what the engine puts beside it takes its mode. */
async function makePrivate(file: string): Promise<void> {
  const handle = await open(file, "a", OWNER_ONLY).catch((cause: unknown) => {
    throw new Fault("store.refused", `The database ${file} cannot be written.`, { cause });
  });
  await handle.close();
}

/** All that depends on the schema; a migration replaces it. */
interface Known {
  readonly catalog: Catalog;
  readonly compile: StepCompiler;
  readonly views: Views;
}

interface KnownNeeds {
  readonly Driver: Driver;
  readonly opening: Opening;
  readonly scanRowsMax: number;
  readonly stamps: Stamps;
  readonly clock: Clock;
}

function openKnown({ Driver, opening, scanRowsMax, stamps, clock }: KnownNeeds): Known {
  const first = openConnection(Driver, opening);
  const catalog = createCatalog(readTables(first));
  const plans: Plans = new Map();
  const spare = [createReader(first, catalog, plans, scanRowsMax)];
  const openReader = () => spare.pop() ?? createReader(openConnection(Driver, opening), catalog, plans, scanRowsMax);
  return { catalog, compile: createStepCompiler(catalog), views: createViews({ open: openReader, stamps, clock }) };
}

interface Parts {
  readonly opening: Opening;
  readonly writer: Writer;
  readonly bell: Bell;
  readonly stamps: Stamps;
  readonly openKnown: () => Known;
}

function createStore({ opening, writer, bell, stamps, openKnown }: Parts): Store {
  let known = openKnown();
  let isClosed = false;
  bell.onRing(() => known.views.renew());

  async function commit({ steps, otherwise = [] }: Batch): Promise<Receipt> {
    const { catalog, compile, views } = known;
    const work = views.look(({ gate }) => ({ operations: compile(steps, gate), otherwise: compile(otherwise, gate) }));
    const receipt = await stamps.during([steps, otherwise], () => writer.commit(work));
    if (receipt.committed || receipt.columns.length === 0) return receipt;
    return { ...receipt, columns: receipt.columns.map((name) => logicalName(catalog, name)) };
  }

  const store: Store = {
    view: (work) => known.views.run(work),
    within: wholeView,
    commit,
    transact: (work, refused) => transact(store, work, refused),
    feed: (table, columns, after, signal) => feed({ known: () => known, bell, isOpen: () => !isClosed, signal }, table, columns, after),
    trim: (table, upTo) => trim({ known: () => known, commit }, table, upTo),
    async migrate(to) {
      const changes = await writer.migrate(to);
      stamps.restart();
      const old = known;
      known = openKnown();
      old.views.close();
      return report(known.catalog, changes);
    },
    snapshot: () => snapshot(opening),
    checkIntegrity: () => checkIntegrity(opening),
    only: (tables) => narrow(store, tables),
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      // Feeds wake, find the store closed, and end.
      known.views.close();
      bell.ring();
      await writer.close();
      opening.key.fill(0);
    },
  };
  return store;
}

function report(catalog: Catalog, changes: readonly string[]): MigrationReport {
  return {
    tableId: (table) => tableOf(catalog, table).id,
    columnId: (table, column) => columnOf(tableOf(catalog, table), column).id,
    changes,
  };
}

/** "t3.c1" as the plan calls it. */
function logicalName(catalog: Catalog, sql: string): string {
  const [tableName, columnName] = sql.split(".");
  const table = catalog.bySql.get(tableName ?? "");
  return table?.columns.find((column) => column.sql === columnName)?.name ?? sql;
}
