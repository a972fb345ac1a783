import { type Clock, Fault } from "../../kit/index.ts";
import type { MigrationReport, Store } from "../contract.ts";
import { narrow } from "../only.ts";
import { transact } from "../transact.ts";
import { type Catalog, columnOf, createCatalog, readTables, tableOf } from "./catalog.ts";
import { type Cipher, loadDriver, type Opening, openConnection } from "./driver.ts";
import { createBell, feed } from "./feed.ts";
import { checkIntegrity, removeLeftovers, snapshot } from "./long-read.ts";
import { createReader } from "./reader.ts";
import { createStepCompiler, type StepCompiler } from "./step.ts";
import { createViews, type Views } from "./views.ts";
import { startWriter } from "./writer.ts";

export interface SqliteNeeds {
  /** The database's path; its folder is there, and is ours alone. */
  readonly file: string;
  /** 32 raw bytes. Copied; the caller may wipe them. */
  readonly key: Uint8Array;
  readonly cipher: Cipher;
  readonly limits: { readonly scanRowsMax: number };
  readonly clock: Clock;
}

/**
 * Opens (or makes) the encrypted database. Fault `store.refused`, and nothing written, for a wrong key, an engine that is too old
 * or one that cannot encrypt. Before the first `migrate` of its life a database has no tables.
 */
export async function openSqliteStore({ file, key, cipher, limits, clock }: SqliteNeeds): Promise<Store> {
  const opening: Opening = { file, key: Uint8Array.from(key), cipher };
  const Driver = await loadDriver();
  await removeLeftovers(file);
  const bell = createBell();
  const writer = await startWriter(opening, () => bell.ring());
  let known = openKnown();
  let isClosed = false;

  /** All that depends on the schema; a migration replaces it. */
  function openKnown(): { readonly catalog: Catalog; readonly compile: StepCompiler; readonly views: Views } {
    const connection = openConnection(Driver, opening);
    const catalog = createCatalog(readTables(connection));
    const spare = [createReader(connection, catalog, limits.scanRowsMax)];
    const open = () => spare.pop() ?? createReader(openConnection(Driver, opening), catalog, limits.scanRowsMax);
    return { catalog, compile: createStepCompiler(catalog), views: createViews(open, clock) };
  }

  const store: Store = {
    view: (work) => known.views.run(work),
    async commit({ steps, otherwise = [] }) {
      const receipt = await writer.commit({ operations: known.compile(steps), otherwise: known.compile(otherwise) });
      return receipt.committed || receipt.columns.length === 0
        ? receipt
        : { ...receipt, columns: receipt.columns.map((name) => logicalName(known.catalog, name)) };
    },
    transact: (work, refused) => transact(store, work, refused),
    feed: (table, columns, after, signal) =>
      feed({ catalog: () => known.catalog, views: known.views, bell, signal }, table, columns, after),
    async trim(table, upTo) {
      if (tableOf(known.catalog, table).kind !== "log") throw new Fault("data.invalid", `The table ${table} is not a log.`);
      const where = { op: "compare", sense: "is", column: "position", by: "lte", value: upTo } as const;
      await writer.commit({ operations: known.compile([{ do: "clear", table, where }]), otherwise: [] });
    },
    async migrate(to) {
      const changes = await writer.migrate(to);
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
      known.views.close();
      await writer.close();
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
