import { availableParallelism } from "node:os";
import { createAccess, passes } from "./access/index.ts";
import { createData, type Data, dataTables } from "./data/index.ts";
import { type DataFolder, openDataFolder } from "./data-folder.ts";
import { createIdentity, createTenancy, type Identity, tables as identityTables } from "./identity/index.ts";
import { keyringMemoryTable, refuseOldKeyring } from "./keyring-memory.ts";
import type { Clock } from "./kit/index.ts";
import { loadConfig } from "./load-config.ts";
import { adviseOn, type Plan, planFrom } from "./model/index.ts";
import type { Table } from "./model/schema.ts";
import { createShelf, findRoots } from "./root-key.ts";
import type { Settings } from "./settings.ts";
import { CHANGES, changesTable, lockFolder, type MigrationReport, openSqliteStore, type Store } from "./store/index.ts";
import type { WriterThread } from "./store/sqlite/boot-writer.ts";
import { createTrail, entryTables, type Trail, tables as trailTables } from "./trail/index.ts";
import { isPageRotating, type Keys, type OpenedVault, openVault, type RootInput, settleRoots } from "./vault/index.ts";

export interface AppNeeds {
  readonly settings: Settings;
  readonly clock: Clock;
  /** As it was before the config was loaded: root keys behind `env:` are read from it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly askPassphrase: (() => Promise<string>) | undefined;
  /** Where clients reach the server; asked late, because the port may be chosen at listening. */
  readonly url: () => string;
  /** The store's thread, where it was booted early. */
  readonly writer?: WriterThread | undefined;
}

/** Every room, built and connected. Closing it closes them in the reverse order. */
export interface App extends AsyncDisposable, OpenedVault {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly folder: DataFolder;
  readonly plan: Plan;
  readonly store: Store;
  /** The stable numbers of tables and columns. */
  readonly report: MigrationReport;
  /** The names of all tables. */
  readonly tables: readonly string[];
  readonly trail: Trail;
  readonly identity: Identity;
  readonly data: Data;
  /** What the start did, in sentences: migrations, a new recovery kit. */
  readonly news: readonly string[];
}

/** Opens the data folder for this process alone. The config is read before any key is. */
export async function openApp({ settings, clock, env, askPassphrase, url, writer }: AppNeeds): Promise<App> {
  const plan = planFrom(await loadConfig(settings.config));
  await using opening = new AsyncDisposableStack();
  const folder = openDataFolder(settings.data);
  opening.use(await lockFolder(folder.paths.lock));

  const { inputs, newKit } = await findRoots({ folder, clock, env, reference: settings.rootKey, askPassphrase });
  const opened = openVault({ keyring: folder.keyring, roots: inputs, clock, cores: availableParallelism() });
  const { vault, keys } = opened;
  settleRotation(keys, inputs);
  const pages = isPageRotating(keys)
    ? await (await import("./page-shelf.ts")).rotatePage({ keys, folder, cipher: plan.cipher })
    : undefined;
  const store = opening.use(
    await openSqliteStore({
      file: folder.paths.database(keys.pageGeneration),
      key: keys.pageKey(keys.pageGeneration),
      cipher: plan.cipher,
      limits: plan.limits,
      clock,
      writer,
    }),
  );
  const collectionTables = dataTables(plan, vault.indexKeyIds);
  const tables = [...identityTables, ...trailTables, ...collectionTables, changesTable, keyringMemoryTable];
  const report = await store.migrate({ tables });
  await refuseOldKeyring(store, keys.sequence);
  const rooms = storesOf(store, collectionTables);

  const trail = opening.use(
    await createTrail({
      store: rooms.trail,
      report,
      vault,
      clock,
      keepCheckpoint: folder.keepCheckpoint,
      lastCheckpoint: folder.lastCheckpoint(),
    }),
  );
  trail.start();
  if (pages !== undefined) await pages.settle(trail, clock);
  if (report.changes.length > 0) trail.note({ kind: "schema.migrated", at: clock.now(), summary: report.changes.join(" ") });
  const identity = opening.use(await createIdentity({ store: rooms.identity, report, vault, clock, plan, trail, url }));
  const areInTenant = createTenancy(rooms.identity);
  const data = createData({ store: rooms.data, report, vault, clock, plan, grant: createAccess(plan), passes, trail, areInTenant });

  const news = [...warningsOf(plan), ...report.changes, ...(pages?.news ?? []), ...newsOfKit(newKit)];
  const open = opening.move();
  return {
    ...opened,
    settings,
    clock,
    folder,
    plan,
    store,
    report,
    tables: names(tables),
    trail,
    identity,
    data,
    news,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Each room sees its own tables, and the trail's logs that its events go to. */
function storesOf(store: Store, collectionTables: readonly Table[]): Readonly<Record<"trail" | "identity" | "data", Store>> {
  return {
    trail: store.only(names(trailTables)),
    identity: store.only([...names(identityTables), ...entryTables]),
    data: store.only([...names(collectionTables), CHANGES, ...entryTables]),
  };
}

function names(tables: readonly Table[]): readonly string[] {
  return tables.map(({ name }) => name);
}

function warningsOf(plan: Plan): readonly string[] {
  return adviseOn(plan).map(({ place, sentence }) => `${place}: ${sentence}`);
}

function newsOfKit(newKit: string | undefined): readonly string[] {
  return newKit === undefined ? [] : [`The recovery kit lies in ${newKit}.`];
}

/** A rotation of the root that was cut off is brought to its end, when the newest root is at hand. */
function settleRotation(keys: Keys, inputs: readonly RootInput[]): void {
  const newest = inputs.find(({ reference }) => reference === keys.roots.at(-1)?.reference);
  if (keys.roots.length > 1 && newest !== undefined) settleRoots({ keys, shelf: createShelf(), newest });
}
