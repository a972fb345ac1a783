import { availableParallelism } from "node:os";
import { createAccess, passes } from "./access/index.ts";
import { tables as advisoryTables } from "./audit/advisories/tables.ts";
import { tables as auditTables } from "./audit/tables.ts";
import { withLedger } from "./backup/ledger-entries.ts";
import { tables as backupTables, LEDGER, OWED } from "./backup/tables.ts";
import { createData, type Data, dataTables } from "./data/index.ts";
import { createIdentity, createTenancy, type Identity, tables as identityTables } from "./identity/index.ts";
import { type Clock, createTallies, Fault, type Tallies } from "./kit/index.ts";
import { loadConfig } from "./load-config.ts";
import type { MailServer, Outbox } from "./mail/contract.ts";
import { createOutbox } from "./mail/outbox.ts";
import { tables as mailTables } from "./mail/tables.ts";
import { adviseOn, type Plan, planFrom } from "./model/index.ts";
import type { Table } from "./model/schema.ts";
import type { Settings } from "./settings.ts";
import { CHANGES, changesTable, lockFolder, type MigrationReport, openSqliteStore, type Store } from "./store/index.ts";
import type { WriterThread } from "./store/sqlite/boot-writer.ts";
import { createTrail, entryTables, type Trail, tables as trailTables } from "./trail/index.ts";
import { isPageRotating, type Keys, type OpenedVault, openVault, type RootInput, settleRoots } from "./vault/index.ts";
import { tables as watchTables } from "./watch/tables.ts";
import { type DataFolder, openDataFolder } from "./wiring/data-folder.ts";
import { keyringMemoryTable, refuseOldKeyring } from "./wiring/keyring-memory.ts";
import { createShelf, findRoots } from "./wiring/root-key.ts";

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

export interface AppMail {
  readonly server: MailServer;
  readonly outbox: Outbox;
  readonly store: Store;
}

/** Every room, built and connected. Closing it closes them in the reverse order. */
export interface App extends AsyncDisposable, OpenedVault {
  readonly settings: Settings;
  /** References of the settings are read from it. */
  readonly env: AppNeeds["env"];
  readonly clock: Clock;
  readonly folder: DataFolder;
  readonly plan: Plan;
  readonly store: Store;
  /** The stable numbers of tables and columns. */
  readonly report: MigrationReport;
  /** The names of all tables. */
  readonly tables: readonly string[];
  readonly schema: readonly Table[];
  readonly trail: Trail;
  readonly identity: Identity;
  readonly data: Data;
  /** What rooms count for the watch, which is not there yet while they are built. */
  readonly tallies: Tallies;
  /** Where a mail server is set: letters wait in the outbox, and a running server sends them. */
  readonly mail: AppMail | undefined;
  /** What the start did, in sentences: migrations, a new recovery kit. */
  readonly news: readonly string[];
}

/** Opens the data folder for this process alone. The config is read before any key is. */
export async function openApp(needs: AppNeeds): Promise<App> {
  const { settings, clock, env, url } = needs;
  await using opening = new AsyncDisposableStack();
  const { plan, server, folder, opened, pages, store, report, tables, collectionTables, newKit } = await openFolder(needs, opening);
  const { vault } = opened;
  const rooms = storesOf(store, collectionTables);
  const tallies = createTallies();

  const trail = withLedger(opening.use(await openTrail({ store: rooms.trail, report, vault, clock, folder })));
  trail.start();
  if (pages !== undefined) await pages.settle(trail, clock);
  if (report.changes.length > 0) trail.note({ kind: "schema.migrated", at: clock.now(), summary: report.changes.join(" ") });
  const shared = { report, vault, clock, plan, trail, tallies };
  const mail = server && { server, outbox: createOutbox({ vault, report, clock }), store: rooms.mail };
  const identity = opening.use(await createIdentity({ ...shared, store: rooms.identity, url, ...(mail && { outbox: mail.outbox }) }));
  const areInTenant = createTenancy(rooms.identity);
  const data = createData({ ...shared, store: rooms.data, grant: createAccess(plan), passes, areInTenant });

  const settled = await settleOwing({ store, trail, data, identity, clock });
  const news = [...warningsOf(plan), ...report.changes, ...(pages?.news ?? []), ...settled, ...newsOfKit(newKit)];
  const open = opening.move();
  return {
    ...opened,
    ...shared,
    settings,
    env,
    folder,
    store,
    tables: names(tables),
    schema: tables,
    identity,
    data,
    mail,
    news,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Locks the folder and opens what lies in it: the keys, the database under them, and its tables as the plan wants them. */
async function openFolder({ settings, clock, env, askPassphrase, writer }: AppNeeds, opening: AsyncDisposableStack) {
  const plan = planFrom(await loadConfig(settings.config));
  const server = await mailServerOf(settings, plan, env);
  const folder = openDataFolder(settings.data);
  opening.use(await lockFolder(folder.paths.lock));
  const { inputs, newKit } = await findRoots({ folder, clock, env, reference: settings.rootKey, askPassphrase });
  const opened = openVault({ keyring: folder.keyring, roots: inputs, clock, cores: availableParallelism() });
  const { vault, keys } = opened;
  settleRotation(keys, inputs);
  const pages = isPageRotating(keys)
    ? await (await import("./wiring/page-shelf.ts")).rotatePage({ keys, folder, cipher: plan.cipher })
    : undefined;
  const file = folder.paths.database(keys.pageGeneration);
  const key = keys.pageKey(keys.pageGeneration);
  const store = opening.use(await openSqliteStore({ file, key, cipher: plan.cipher, limits: plan.limits, clock, writer }));
  const collectionTables = dataTables(plan, vault.indexKeyIds);
  const tables = [...identityTables, ...trailTables, ...collectionTables, ...mailTables, changesTable, keyringMemoryTable, ...LATER_TABLES];
  const report = await store.migrate({ tables });
  await refuseOldKeyring(store, keys.sequence);
  return { plan, server, folder, opened, pages, store, report, tables, collectionTables, newKit };
}

/** Of rooms that are loaded after listening. */
const LATER_TABLES: readonly Table[] = [...backupTables, ...watchTables, ...auditTables, ...advisoryTables];

type TrailParts = Pick<App, "store" | "report" | "vault" | "clock" | "folder">;

function openTrail({ folder, ...parts }: TrailParts): Promise<Trail> {
  return createTrail({ ...parts, keepCheckpoint: folder.keepCheckpoint, lastCheckpoint: folder.lastCheckpoint() });
}

/** What a restored ledger asks for is done before anybody is served. */
async function settleOwing(parts: Pick<App, "store" | "trail" | "data" | "identity" | "clock">): Promise<readonly string[]> {
  const first = await parts.store.view((view) => view.get(OWED, [0], ["number"]));
  return first === undefined ? [] : (await import("./wiring/owed.ts")).settleOwed(parts);
}

/** Each room sees its own tables, and the trail's logs that its events go to; identity also puts its letters into the outbox. */
function storesOf(store: Store, collectionTables: readonly Table[]): Readonly<Record<"trail" | "identity" | "data" | "mail", Store>> {
  return {
    trail: store.only(names(trailTables)),
    identity: store.only([...names(identityTables), ...names(mailTables), ...entryTables, LEDGER]),
    mail: store.only([...names(mailTables), ...entryTables]),
    data: store.only([...names(collectionTables), CHANGES, ...entryTables, LEDGER]),
  };
}

function names(tables: readonly Table[]): readonly string[] {
  return tables.map(({ name }) => name);
}

async function mailServerOf({ smtp }: Settings, { mail }: Plan, env: AppNeeds["env"]): Promise<MailServer | undefined> {
  if (smtp === undefined) return undefined;
  if (mail.from === undefined)
    throw new Fault(
      "plan.invalid",
      'A mail server is set, and the config does not say from whom letters come: mail: { from: "Clinic <no-reply@clinic.example>" }.',
    );
  return (await import("./wiring/smtp.ts")).readMailServer(smtp, env);
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
